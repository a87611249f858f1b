import "../../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assertEquals, assertThrows } from "@std/assert";
import { type Attribute, attribute, int32, types } from "../../ops/native.ts";
import { assertTensor } from "../../ops/testing.ts";
import { useEngine } from "../../tests/engine.ts";
import { needs } from "../../tests/needs.ts";
import type { ThoraxBackend } from "../backend/backend.ts";
import { jit } from "../jit.ts";

const T = attribute.type("T", types.float32);
const run = (op: string, attributes: Attribute[], ...inputs: tf.Tensor[]) =>
  (tf.backend() as ThoraxBackend).executeSingleOutput(op, attributes, inputs);

/** For each kind of attribute an op whose result depends on it. */
const cases: Record<string, () => { actual: tf.Tensor; shape: number[]; values: number[] }> = {
  "a text": () => ({
    actual: run(
      "AvgPool",
      [
        T,
        attribute.int("ksize", [1, 2, 2, 1]),
        attribute.int("strides", [1, 1, 1, 1]),
        attribute.string("padding", "SAME"),
        attribute.string("data_format", "NHWC"),
      ],
      tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]),
    ),
    shape: [1, 2, 2, 1],
    values: [2.5, 3, 3.5, 4],
  }),
  "an integer, cut where it is fractional": () => ({
    actual: run(
      "Pack",
      [T, attribute.int("N", 2), attribute.int("axis", 1.9)],
      tf.tensor1d([1, 2]),
      tf.tensor1d([3, 4]),
    ),
    shape: [2, 2],
    values: [1, 3, 2, 4],
  }),
  "a list of integers": () => ({
    actual: run("Squeeze", [T, attribute.int("squeeze_dims", [0, 2])], tf.ones([1, 2, 1])),
    shape: [2],
    values: [1, 1],
  }),
  "an empty list of integers": () => ({
    actual: run("Squeeze", [T, attribute.int("squeeze_dims", [])], tf.ones([1, 2, 1])),
    shape: [2],
    values: [1, 1],
  }),
  "a float": () => ({
    actual: run("LeakyRelu", [T, attribute.float("alpha", 0.25)], tf.tensor1d([-8, 8])),
    shape: [2],
    values: [-2, 8],
  }),
  "a truth": () => ({
    actual: run(
      "Sum",
      [T, attribute.type("Tidx", types.int32), attribute.bool("keep_dims", true)],
      tf.ones([2, 3]),
      int32([1]),
    ),
    shape: [2, 1],
    values: [3, 3],
  }),
  "a type": () => ({
    actual: run(
      "Cast",
      [attribute.type("SrcT", types.float32), attribute.type("DstT", types.int32), attribute.bool("Truncate", false)],
      tf.tensor1d([1.9, -1.9]),
    ),
    shape: [2],
    values: [1, -1],
  }),
};

for (const [name, make] of Object.entries(cases)) {
  Deno.test(`attributes, of an op and of a node: ${name}`, needs("read", "ffi", "env", "run"), async () => {
    await useEngine();
    tf.engine().startScope();
    const { actual, shape, values } = make();
    assertTensor(actual, shape, values, 0);
    assertTensor(await jit(() => make().actual)(), shape, values, 0);
    tf.engine().endScope();
  });
}

Deno.test("attributes: an unknown kind is named", needs("read", "ffi", "env", "run"), async () => {
  await useEngine();
  assertEquals(
    assertThrows(() => run("Neg", [{ name: "odd", type: 42, value: 1 }], tf.scalar(1)), TypeError).message,
    "attribute odd is of an unknown kind, 42",
  );
});

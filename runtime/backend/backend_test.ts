import "../../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { attribute } from "../../ops/native.ts";
import { assertTensor } from "../../ops/testing.ts";
import { useEngine } from "../../tests/engine.ts";
import { needs } from "../../tests/needs.ts";
import type { ThoraxBackend } from "./backend.ts";
import { jit } from "../jit.ts";

const native = needs("read", "ffi", "env", "run");

const random = {
  dropout: (x: Tensor) => tf.dropout(x, 0.5),
  randomUniform: (x: Tensor) => tf.add(x, tf.randomUniform([2])),
  randomNormal: (x: Tensor) => tf.add(x, tf.randomNormal([2])),
  truncatedNormal: (x: Tensor) => tf.add(x, tf.truncatedNormal([2])),
  randomStandardNormal: (x: Tensor) => tf.add(x, tf.randomStandardNormal([2])),
  randomGamma: (x: Tensor) => tf.add(x, tf.randomGamma([2], 1)),
  randomUniformInt: (x: Tensor) => tf.add(x, tf.randomUniformInt([2], 0, 9)),
  rand: (x: Tensor) => tf.add(x, tf.rand([2], Math.random)),
};

for (const [name, use] of Object.entries(random)) {
  Deno.test(`randomness in a trace: tf.${name} throws, and names itself and what to use`, native, async () => {
    await useEngine();
    const x = tf.tensor1d([1, 2]), before = tf.memory().numTensors;
    const fn = jit(function step(x: Tensor) {
      return use(x);
    });
    assertEquals(
      (await assertRejects(() => fn(x), Error)).message,
      `jit: step: tf.${name} in a traced function would give the same numbers in every call; ` +
        "pass a seed and use dropout or statelessUniform of ops/dropout.ts; a layer draws its weights when it is built: before",
    );
    assertEquals(tf.memory().numTensors, before);
    use(x).dispose(); // outside of a trace it works
    x.dispose();
  });
}

Deno.test("randomness in a trace: constants that the function makes itself are no randomness", native, async () => {
  await useEngine();
  const fn = jit(function dropoutRate(x: Tensor) {
    return tf.add(x, tf.tensor1d([1, 2]));
  });
  const x = tf.tensor1d([1, 2]), y = await fn(x);
  assertTensor(y, [2], [2, 4], 0);
  tf.dispose([x, y]);
});

Deno.test("updateInPlace: nothing to update out of a trace, nor a tensor that was not donated", native, async () => {
  await useEngine();
  const backend = tf.backend() as ThoraxBackend;
  const yes = tf.scalar(true, "bool");
  const assign = (x: Tensor, value: Tensor, when: Tensor) =>
    backend.updateInPlace("AssignVariableOp", [attribute.type("dtype", 1)], [x], () => [value], when);
  const x = tf.scalar(1), two = tf.scalar(2);
  assertEquals(assign(x, two, yes), undefined);
  const seen: boolean[] = [];
  const kept = await jit((x: Tensor, value: Tensor, when: Tensor) => {
    seen.push(assign(x, value, when) === undefined);
    return x;
  })(x, two, yes);
  const given = await jit((x: Tensor, value: Tensor, when: Tensor) => {
    const updated = assign(x, value, when);
    seen.push(updated === undefined, assign(tf.neg(x), value, when) === undefined);
    return updated?.[0] ?? x;
  }, { donate: [0] })(x, two, yes);
  assertEquals(seen, [true, false, true]);
  assertTensor(kept, [], [1], 0);
  assertTensor(given, [], [2], 0);
  tf.dispose([two, yes, kept, given]);
});

Deno.test("donate: a tensor that another call took, or that belongs to a trace, cannot be", native, async () => {
  await useEngine();
  const backend = tf.backend() as ThoraxBackend;
  const pass = jit((x: Tensor) => x, { donate: [0] });
  const first = await pass(tf.scalar(1)), clone = first.clone();
  const second = await pass(first);
  assertEquals([backend.kindOf(second), backend.kindOf(clone)], ["variable", "donated"]);
  assertEquals(assertThrows(() => backend.donate(clone), Error).message, "a donated tensor cannot be donated");
  tf.dispose([second, clone]);
  const outside = tf.scalar(1);
  assert(backend.kindOf(outside) === "handle");
  outside.dispose();
});

import * as tf from "@tensorflow/tfjs-core";
import { assertEquals, assertThrows } from "@std/assert";
import { needs } from "../tests/needs.ts";
import { useEngine } from "../tests/engine.ts";
import { attribute, hasKernel, int32, nativeBackend, shape4 } from "./native.ts";
import { assertTensor } from "./testing.ts";

Deno.test("attribute: a name, tfjs-node's number of the kind, and the value", () => {
  assertEquals(attribute.string("padding", "SAME"), { name: "padding", type: 0, value: "SAME" });
  assertEquals(attribute.int("strides", [1, 2, 2, 1]), { name: "strides", type: 1, value: [1, 2, 2, 1] });
  assertEquals(attribute.float("epsilon", 0.5), { name: "epsilon", type: 2, value: 0.5 });
  assertEquals(attribute.bool("keep_dims", true), { name: "keep_dims", type: 3, value: true });
  assertEquals(attribute.type("T", 1), { name: "T", type: 4, value: 1 });
});

Deno.test("int32: a vector, or a matrix of pairs", () => {
  const vector = int32([3, -1]), pairs = int32([0, 1, 2, 3], [2, 2]);
  assertEquals([vector.dtype, pairs.dtype], ["int32", "int32"]);
  assertTensor(vector, [2], [3, -1], 0);
  assertTensor(pairs, [2, 2], [0, 1, 2, 3], 0);
});

Deno.test("shape4: a tensor of another rank is named by its shape", () => {
  assertEquals(shape4(tf.zeros([1, 2, 3, 4])), [1, 2, 3, 4]);
  assertEquals(assertThrows(() => shape4(tf.zeros([2, 3])), TypeError).message, "expected [N, H, W, C], got [2,3]");
});

Deno.test("nativeBackend, hasKernel: of the backend in use", needs("read", "ffi", "env", "run"), async () => {
  await useEngine();
  assertEquals([nativeBackend() === tf.backend(), hasKernel("BiasAdd"), hasKernel("Relu")], [true, true, true]);
  await tf.setBackend("cpu");
  assertEquals([nativeBackend(), hasKernel("BiasAdd"), hasKernel("Relu")], [undefined, false, true]);
});

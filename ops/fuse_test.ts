import * as tf from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { useEngine } from "../tests/engine.ts";
import { jit } from "../runtime/jit.ts";
import { needs } from "../tests/needs.ts";
import { fuse } from "./fuse.ts";
import { precisionOf, toBfloat16, toFloat32 } from "./precision.ts";
import { assertTensor, eachWay } from "./testing.ts";

/** x times a number, and the sum of its rows. */
const scaled = (factor: number) => (x: tf.Tensor) =>
  fuse(`test ${factor}`, [x], (x) => [tf.mul(x, factor), tf.sum(x, 0)]);

eachWay("fuse: the function's results, of shapes that what follows knows", async (run) => {
  const both = (x: tf.Tensor) => {
    const [twice, sum] = scaled(2)(x), [again] = scaled(2)(twice), [thrice] = scaled(3)(x);
    return [tf.matMul(again as tf.Tensor2D, x as tf.Tensor2D, true), sum, thrice];
  };
  const [product, sum, thrice] = await run(both, tf.tensor2d([[1, 2], [3, 4]]));
  assertTensor(product, [2, 2], [40, 56, 56, 80]);
  assertTensor(sum, [2], [4, 6]);
  assertTensor(thrice, [2, 2], [3, 6, 9, 12]);
});

eachWay("fuse: other shapes are another function", async (run) => {
  const both = (x: tf.Tensor, y: tf.Tensor) => [scaled(2)(x)[1], scaled(2)(y)[1]];
  const [a, b] = await run(both, tf.ones([3, 2]), tf.ones([5, 1]));
  assertTensor(a, [2], [3, 3]);
  assertTensor(b, [1], [5]);
});

Deno.test("fuse: bfloat16 goes in and comes out", needs("read", "ffi", "env", "run"), async () => {
  await useEngine();
  const half = (x: tf.Tensor) => fuse("test half", [toBfloat16(x)], (x) => [toBfloat16(tf.mul(toFloat32(x), 0.5))])[0];
  for (const way of [half, jit(half)]) {
    const result = await way(tf.tensor1d([1, 1.00390625, 3]));
    assertEquals([precisionOf(result), [...result.dataSync()]], ["bfloat16", [0.5, 0.5, 1.5]]);
  }
});

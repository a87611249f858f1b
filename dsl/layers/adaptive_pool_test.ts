import * as tf from "@tensorflow/tfjs-core";
import { assert } from "@std/assert";
import { adaptivePool } from "./adaptive_pool.ts";
import { pool } from "./pool.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";

// Expected values: PyTorch 2.13, F.adaptive_avg_pool2d and F.adaptive_max_pool2d in float64, of the same waves.

Deno.test("adaptivePool: windows overlap where the size does not divide the image's", () => {
  assertTensor(
    forward(adaptivePool([3, 2]), waves([1, 7, 5, 1])).output,
    [1, 3, 2, 1],
    [0.238047, 0.149323, -0.348344, 0.054305, 0.346525, -0.240455],
  );
  assertTensor(
    forward(adaptivePool([3, 2], { kind: "max" }), waves([1, 7, 5, 1])).output,
    [1, 3, 2, 1],
    [0.989358, 0.990607, 0.836656, 0.990607, 0.999912, 0.999912],
  );
});

Deno.test("adaptivePool: a smaller image is spread", () => {
  // deno-fmt-ignore
  assertTensor(forward(adaptivePool([3, 4]), waves([1, 2, 3, 1])).output, [1, 3, 4, 1], [
    0.841471, 0.875384, 0.525209, 0.14112, 0.042334, 0.00876,
    -0.046981, -0.069148, -0.756802, -0.857863, -0.61917, -0.279415,
  ]);
});

Deno.test("adaptivePool: where the size divides the image's it is plain pooling, and the same size is x", () => {
  const x = waves([1, 6, 4, 2]);
  const plain = forward(pool([2, 1], { kind: "average" }), x).output;
  assertTensor(forward(adaptivePool([3, 4]), x).output, [1, 3, 4, 2], [...plain.dataSync()]);
  assert(forward(adaptivePool([6, 4]), x).output === x);
});

Deno.test("adaptivePool: the gradient of a mean is spread over its window", () => {
  const gradient = tf.grad((x) => tf.sum(forward(adaptivePool([2, 1]), x).output))(waves([1, 3, 1, 1]));
  assertTensor(gradient, [1, 3, 1, 1], [0.5, 1, 0.5]);
});

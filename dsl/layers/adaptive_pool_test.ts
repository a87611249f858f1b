import * as tf from "@tensorflow/tfjs-core";
import { assert } from "@std/assert";
import { adaptivePool } from "./adaptive_pool.ts";
import golden from "../golden/expected.json" with { type: "json" };
import { pool } from "./pool.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";

// Expected values, made by ../golden/make_expected.py: F.adaptive_avg_pool2d's and
// F.adaptive_max_pool2d's in float64, of the same waves.

Deno.test("adaptivePool: windows overlap where the size does not divide the image's", () => {
  assertTensor(
    forward(adaptivePool([3, 2]), waves([1, 7, 5, 1])).output,
    [1, 3, 2, 1],
    golden.adaptivePool.average,
  );
  assertTensor(
    forward(adaptivePool([3, 2], { kind: "max" }), waves([1, 7, 5, 1])).output,
    [1, 3, 2, 1],
    golden.adaptivePool.max,
  );
});

Deno.test("adaptivePool: a smaller image is spread", () => {
  assertTensor(forward(adaptivePool([3, 4]), waves([1, 2, 3, 1])).output, [1, 3, 4, 1], golden.adaptivePool.spread);
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

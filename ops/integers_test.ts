import * as tf from "@tensorflow/tfjs-core";
import { assertTensor, eachWay } from "./testing.ts";

const whole = (...values: number[]) => tf.tensor1d(values, "int32");

eachWay("bitwiseAnd: bit by bit, of negative numbers too", async (run) => {
  const actual = await run((a, b) => tf.bitwiseAnd(a, b), whole(6, -1, 255, 8), whole(3, 77, -16, 7));
  assertTensor(actual, [4], [2, 77, 240, 0], 0);
});

eachWay("denseBincount: counts, sums of weights, and whether a value occurs", async (run) => {
  const x = whole(1, 1, 3, 0), none = tf.tensor1d([]);
  assertTensor(await run((x, w) => tf.denseBincount(x as tf.Tensor1D, w as tf.Tensor1D, 4), x, none), [4], [
    1,
    2,
    0,
    1,
  ]);
  const weights = tf.tensor1d([0.5, 2, -1, 4]);
  const sums = await run((x, w) => tf.denseBincount(x as tf.Tensor1D, w as tf.Tensor1D, 4), x, weights);
  assertTensor(sums, [4], [4, 2.5, 0, -1]);
  const rows = tf.tensor2d([1, 1, 2, 0], [2, 2], "int32");
  const occurs = await run((x) => tf.denseBincount(x, [], 3, true), rows);
  assertTensor(occurs, [2, 3], [0, 1, 0, 1, 0, 1]);
});

eachWay("searchSorted: the first place, or the one behind the last, in each row", async (run) => {
  const sorted = tf.tensor2d([[1, 3, 3, 9], [0, 2, 4, 6]]), values = tf.tensor2d([[3, 10], [4, -1]]);
  assertTensor(await run((s, v) => tf.searchSorted(s, v), sorted, values), [2, 2], [1, 4, 2, 0]);
  assertTensor(await run((s, v) => tf.upperBound(s, v), sorted, values), [2, 2], [3, 4, 3, 0]);
  assertTensor(await run((s, v) => tf.lowerBound(s, v), sorted, values), [2, 2], [1, 4, 2, 0]);
});

import * as tf from "@tensorflow/tfjs-core";
import { assertTensor, eachWay } from "./testing.ts";

const whole = (...values: number[]) => tf.tensor1d(values, "int32");

eachWay("raggedGather: rows of a ragged tensor", async (run, way) => {
  if (way === "traced") return; // how long the rows are is a value
  // [[1, 2], [], [3]]: rows 2 and 0
  const [splits, values] = await run(
    (s, v, i) => {
      const { outputNestedSplits: [splits], outputDenseValues } = tf.raggedGather([s], v, i, 1);
      return [splits, outputDenseValues];
    },
    whole(0, 2, 2, 3),
    tf.tensor1d([1, 2, 3]),
    whole(2, 0),
  );
  assertTensor(splits, [3], [0, 1, 3], 0);
  assertTensor(values, [3], [3, 1, 2], 0);
});

eachWay("raggedRange: one range a row", async (run, way) => {
  if (way === "traced") return; // how long the ranges are is a value
  const [splits, values] = await run(
    (from, to, by) => {
      const { rtNestedSplits, rtDenseValues } = tf.raggedRange(from, to, by);
      return [rtNestedSplits, rtDenseValues];
    },
    tf.tensor1d([0, 5, 8]),
    tf.tensor1d([3, 5, 4]),
    tf.tensor1d([1, 1, -2]),
  );
  assertTensor(splits, [4], [0, 3, 3, 5], 0);
  assertTensor(values, [5], [0, 1, 2, 8, 6], 0);
});

eachWay("raggedTensorToTensor: rows filled up to one length", async (run) => {
  const filled = await run(
    (values, fill, splits) =>
      tf.raggedTensorToTensor(tf.tensor1d([3, 2], "int32"), values, fill, [splits], ["ROW_SPLITS"]),
    tf.tensor1d([1, 2, 3]),
    tf.scalar(-1),
    whole(0, 2, 2, 3),
  );
  assertTensor(filled, [3, 2], [1, 2, -1, -1, 3, -1], 0);
});

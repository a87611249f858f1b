import * as tf from "@tensorflow/tfjs-core";
import { assertTensor, eachWay } from "./testing.ts";

const whole = (...values: number[]) => tf.tensor1d(values, "int32");

eachWay("sparseFillEmptyRows: each row that is empty gets the default", async (run, way) => {
  if (way === "traced") return; // how many rows come out depends on values
  const indices = tf.tensor2d([[0, 0], [2, 3]], [2, 2], "int32");
  const filled = await run(
    (i, v, s) => Object.values(tf.sparse.sparseFillEmptyRows(i as tf.Tensor2D, v as tf.Tensor1D, s as tf.Tensor1D, -1)),
    indices,
    tf.tensor1d([5, 7]),
    whole(3, 4),
  );
  const [places, values, isEmpty, reverse] = filled;
  assertTensor(places, [3, 2], [0, 0, 1, 0, 2, 3], 0);
  assertTensor(values, [3], [5, -1, 7], 0);
  assertTensor(isEmpty, [3], [0, 1, 0], 0);
  assertTensor(reverse, [2], [0, 2], 0);
});

eachWay("sparseReshape: the same elements under other indices", async (run, way) => {
  if (way === "traced") return; // the rank of the new shape is a value
  const [indices, shape] = await run(
    (i, s, n) => Object.values(tf.sparse.sparseReshape(i as tf.Tensor2D, s as tf.Tensor1D, n as tf.Tensor1D)),
    tf.tensor2d([[0, 1], [1, 2]], [2, 2], "int32"),
    whole(2, 3),
    whole(3, -1),
  );
  assertTensor(indices, [2, 2], [0, 1, 2, 1], 0);
  assertTensor(shape, [2], [3, 2], 0);
});

eachWay("sparseSegmentSum and sparseSegmentMean: rows by segment, whole numbers too", async (run, way) => {
  if (way === "traced") return; // how many segments there are is a value
  const data = tf.tensor2d([[1, 2], [3, 5], [6, 8]]), indices = whole(0, 1, 2), segments = whole(0, 0, 1);
  const sum = (x: tf.Tensor) =>
    run((x, i, s) => tf.sparse.sparseSegmentSum(x, i as tf.Tensor1D, s as tf.Tensor1D), x, indices, segments);
  assertTensor(await sum(data), [2, 2], [4, 7, 6, 8]);
  assertTensor(await sum(tf.cast(data, "int32")), [2, 2], [4, 7, 6, 8], 0);
  const mean = (x: tf.Tensor) =>
    run((x, i, s) => tf.sparse.sparseSegmentMean(x, i as tf.Tensor1D, s as tf.Tensor1D), x, indices, segments);
  assertTensor(await mean(data), [2, 2], [2, 3.5, 6, 8]);
  assertTensor(await mean(tf.cast(data, "int32")), [2, 2], [2, 3, 6, 8], 0);
});

import * as tf from "@tensorflow/tfjs-core";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { onGpu } from "../tests/needs.ts";
import { assertTensor, eachWay, waves } from "./testing.ts";

eachWay("mean: of whole numbers and of truths it is a float32", async (run) => {
  const whole = await run((x) => tf.mean(x, 0), tf.tensor2d([[1, 2], [2, 5]], [2, 2], "int32"));
  assertEquals(whole.dtype, "float32");
  assertTensor(whole, [2], [1.5, 3.5], 0);
  const truths = await run((x) => tf.mean(x), tf.tensor1d([1, 0, 0, 0], "bool"));
  assertEquals(truths.dtype, "float32");
  assertTensor(truths, [], [0.25], 0);
});

eachWay("mean: along negative and several axes, kept where asked", async (run) => {
  const x = tf.range(0, 12).reshape([2, 3, 2]);
  assertTensor(await run((x) => tf.mean(x, -1), x), [2, 3], [0.5, 2.5, 4.5, 6.5, 8.5, 10.5], 0);
  assertTensor(await run((x) => tf.mean(x, [0, -2]), x), [2], [5, 6], 0);
  assertTensor(await run((x) => tf.mean(x, [0, 1], true), x), [1, 1, 2], [5, 6], 0);
});

eachWay("moments: of whole numbers", async (run) => {
  const [mean, variance] = await run((x) => {
    const { mean, variance } = tf.moments(x, 0);
    return [mean, variance];
  }, tf.tensor1d([1, 3], "int32"));
  assertTensor(mean, [], [2], 0);
  assertTensor(variance, [], [1], 0);
});

eachWay("matMul: matrices, transposed or not", async (run) => {
  const a = tf.tensor2d([[1, 2, 3], [4, 5, 6]]), b = tf.tensor2d([[1, 0], [0, 1], [1, 1]]);
  assertTensor(await run((a, b) => tf.matMul(a, b), a, b), [2, 2], [4, 5, 10, 11], 0);
  assertTensor(await run((a) => tf.matMul(a, a, true), a), [3, 3], [17, 22, 27, 22, 29, 36, 27, 36, 45], 0);
  assertTensor(await run((a) => tf.matMul(a, a, false, true), a), [2, 2], [14, 32, 32, 77], 0);
  assertTensor(await run((a, b) => tf.matMul(b, a, true, true), a, b), [2, 2], [4, 10, 5, 11], 0);
});

eachWay("matMul: batches, also of one that is broadcast, and their transposes", async (run) => {
  const a = tf.range(0, 8).reshape([2, 2, 2]), swap = tf.tensor3d([0, 1, 1, 0], [1, 2, 2]);
  assertTensor(await run((a, b) => tf.matMul(a, b), a, swap), [2, 2, 2], [1, 0, 3, 2, 5, 4, 7, 6], 0);
  assertTensor(await run((a, b) => tf.matMul(a, b, true), a, swap), [2, 2, 2], [2, 0, 3, 1, 6, 4, 7, 5], 0);
  const four = await run((a) => tf.matMul(a.reshape([1, 2, 2, 2]), a.reshape([1, 2, 2, 2]), false, true), a);
  assertTensor(four, [1, 2, 2, 2], [1, 3, 3, 13, 41, 59, 59, 85], 0);
});

eachWay("matMul: of whole numbers", async (run) => {
  const a = tf.tensor2d([[1, 2], [3, 4]], [2, 2], "int32"), batch = tf.ones([2, 2, 2], "int32");
  const square = await run((a) => tf.matMul(a, a), a);
  assertEquals(square.dtype, "int32");
  assertTensor(square, [2, 2], [7, 10, 15, 22], 0);
  const sums = await run((batch, a) => tf.matMul(batch, a, false, true), batch, a);
  assertEquals(sums.dtype, "int32");
  assertTensor(sums, [2, 2, 2], [3, 7, 3, 7, 3, 7, 3, 7], 0);
  const mixed = await run((a) => tf.matMul(a, tf.tensor2d([[0.5, 0], [0, 0.25]])), a);
  assertEquals(mixed.dtype, "float32");
  assertTensor(mixed, [2, 2], [0.5, 0.5, 1.5, 1], 0);
});

// oneDNN's kernel wrote beyond its memory for [6, 1] by [1, 1]: ops/arithmetic.ts goes around it.
eachWay("matMul: many matrices by one, whatever the batch's axes", async (run) => {
  for (const batch of [[6, 1], [1, 6], [2, 3], [6], [2, 1, 3]]) {
    const many = waves([...batch, 4, 12]), one = waves([12, 3], 0.5);
    const expected = tf.matMul(many.reshape([24, 12]) as tf.Tensor2D, one as tf.Tensor2D).dataSync();
    const ones = one.reshape([...batch.map(() => 1), 12, 3]);
    assertTensor(await run((a, b) => tf.matMul(a, b), many, ones), [...batch, 4, 3], expected, 1e-5);
    assertTensor(await run((a, b) => tf.matMul(a, b), many, one.reshape([1, 12, 3])), [...batch, 4, 3], expected, 1e-5);
    const swapped = await run((a, b) => tf.matMul(b, a, true, true), many, ones);
    assertTensor(
      swapped.transpose([...batch.keys(), batch.length + 1, batch.length]),
      [...batch, 4, 3],
      expected,
      1e-5,
    );
  }
});

eachWay("matMul: gradients of matrices and of batches", async (run) => {
  const sums = await run(
    (a, b) => tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.matMul(a, b)))([a, b]),
    tf.tensor2d([[1, 2, 3], [4, 5, 6]]) as tf.Tensor,
    tf.tensor2d([[1, 0], [0, 1], [1, 1]]) as tf.Tensor,
  );
  assertTensor(sums[0], [2, 3], [1, 1, 2, 1, 1, 2], 0);
  assertTensor(sums[1], [3, 2], [5, 5, 7, 7, 9, 9], 0);
  const batches = await run(
    (a, b) => tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.matMul(a, b)))([a, b]),
    tf.ones([2, 1, 3]),
    waves([2, 3, 1]) as tf.Tensor,
  );
  assertTensor(batches[0], [2, 1, 3], waves([6]).dataSync());
  assertTensor(batches[1], [2, 3, 1], [1, 1, 1, 1, 1, 1], 0);
});

eachWay("add: of mixed dtypes it is of the wider one", async (run) => {
  const whole = tf.tensor1d([1, 2], "int32"), truth = tf.tensor1d([1, 0], "bool"), real = tf.tensor1d([0.5, 0.25]);
  const sum = async (a: tf.Tensor, b: tf.Tensor) => {
    const y = await run((a, b) => tf.add(a, b), a, b);
    return [y.dtype, ...y.dataSync()];
  };
  assertEquals(await sum(whole, real), ["float32", 1.5, 2.25]);
  assertEquals(await sum(truth, real), ["float32", 1.5, 0.25]);
  assertEquals(await sum(truth, whole), ["int32", 2, 2]);
  assertEquals(await sum(whole, whole), ["int32", 2, 4]);
  assertEquals(await sum(real, tf.scalar(2, "int32")), ["float32", 2.5, 2.25]);
});

eachWay("gather: along any axis, by indices that are computed, with its gradient", async (run) => {
  const x = tf.tensor2d([[1, 2, 3], [4, 5, 6]]) as tf.Tensor, at = tf.tensor1d([2, 0, 2]) as tf.Tensor;
  const [columns, rows, gradient] = await run(
    (x, at) => {
      const indices = tf.cast(at, "int32");
      return [
        tf.gather(x, indices, 1),
        tf.gather(x, tf.cast(tf.greater(at, -1), "int32")),
        tf.grad((x) => tf.sum(tf.gather(x, indices as tf.Tensor1D, -1)))(x),
      ];
    },
    x,
    at,
  );
  assertTensor(columns, [2, 3], [3, 1, 3, 6, 4, 6], 0);
  assertTensor(rows, [3, 3], [4, 5, 6, 4, 5, 6, 4, 5, 6], 0);
  assertTensor(gradient, [2, 3], [1, 0, 2, 1, 0, 2], 0);
});

eachWay("gather: an index out of range is named, eagerly as tfjs names it; a GPU gives 0", async (run, way) => {
  const x = tf.tensor1d([1, 2]), gather = (index: tf.Tensor1D) => tf.gather(x, index);
  const high = tf.tensor1d([0, 100], "int32"), low = tf.tensor1d([-1], "int32");
  if (onGpu() && way !== "cpu") {
    assertTensor(await run(gather, high), [2], [1, 0], 0);
  } else if (way === "traced") {
    await assertRejects(() => run(gather, high), Error, "indices[1] = 100 is not in [0, 2)");
  } else {
    assertThrows(() => gather(high), Error, "GatherV2: the index value 100 is not in [0, 1]");
    assertThrows(() => gather(low), Error, "GatherV2: the index value -1 is not in [0, 1]");
  }
});

eachWay("round: half to even, and whole numbers are themselves", async (run) => {
  assertTensor(await run((x) => tf.round(x), tf.tensor1d([0.5, 1.5, -2.5, 2.3])), [4], [0, 2, -2, 2], 0);
  const whole = await run((x) => tf.round(x), tf.tensor1d([-12345678, 0, 12345678], "int32"));
  assertEquals(whole.dtype, "int32");
  assertTensor(whole, [3], [-12345678, 0, 12345678], 0);
});

eachWay("scatterND: indices as a column, as a vector and of several axes; what meets adds up", async (run) => {
  const vector = tf.tensor1d([4, 1, 4], "int32"), updates = tf.tensor1d([9, 10, 12]);
  for (const indices of [vector, vector.expandDims(1)]) {
    const sum = await run((indices, updates) => tf.scatterND(indices, updates, [6]), indices as tf.Tensor, updates);
    assertTensor(sum, [6], [0, 10, 0, 0, 21, 0], 0);
  }
  const pairs = tf.tensor2d([[1, 0], [0, 1]], [2, 2], "int32"), whole = tf.tensor1d([5, 7], "int32");
  const matrix = await run((at, x) => tf.scatterND(at, x, [2, 2]), pairs, whole);
  assertEquals(matrix.dtype, "int32");
  assertTensor(matrix, [2, 2], [0, 7, 5, 0], 0);
});

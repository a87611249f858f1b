import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { adam } from "../ops/adam.ts";
import { assertTensor, waves } from "../ops/testing.ts";
import { assertTraces, jit } from "./jit.ts";
import { binding, engineTest } from "./testing.ts";

engineTest("on a GPU: what a function is given arrives, and what it makes comes back", async () => {
  assertEquals(binding().context.gpu, true);
  const values = Array.from({ length: 1000 }, (_, i) => i - 0.25);
  const twice = jit((x: Tensor) => tf.add(x, x));
  assertTensor(await twice(tf.tensor1d(values)), [1000], values.map((value) => 2 * value), 0);
  assertTensor(await twice(tf.tensor1d([1, -7], "int32")), [2], [2, -14], 0);
}, "gpu");

/** A step of Adam towards smaller squares, which updates a donated slot. */
function descend(slot: { value: Tensor; mean: Tensor; variance: Tensor }, x: Tensor2D) {
  const { value: loss, grads: [gradient] } = tf.valueAndGrads((value: Tensor) =>
    tf.mean<tf.Scalar>(tf.square(tf.matMul(x, value as Tensor2D)))
  )([slot.value]);
  const enabled = tf.all(tf.isFinite(loss)), numbers = { stepSize: tf.scalar(0.01), epsilon: tf.scalar(1e-8) };
  const next = adam(slot, gradient, {
    ...numbers,
    beta1: 0.9,
    beta2: 0.999,
    scale: tf.scalar(1),
    weightDecay: 0,
    enabled,
  });
  return [{ ...next }, loss] as const;
}

engineTest("on a GPU: a graph that XLA compiles computes what its ops compute one by one", async () => {
  const x = waves<tf.Rank.R2>([16, 64]);
  const [compiled, opByOp] = [true, false].map((xla) => jit(descend, { donate: [0], xla }));
  const start = () => ({ value: waves([64, 8], 1), mean: tf.zeros([64, 8]), variance: tf.zeros([64, 8]) });
  let [one, other] = [start(), start()];
  for (let step = 0; step < 3; step++) {
    const [actual, expected] = [await compiled(one, x), await opByOp(other, x)];
    assertTensor(actual[1], [], expected[1].dataSync(), 1e-4);
    [one, other] = [actual[0], expected[0]];
  }
  assertTensor(one.value, [64, 8], other.value.dataSync(), 1e-5);
  assertTraces(compiled, 1);
}, "gpu");

import "../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { AdamSlot } from "../ops/adam.ts";
import { adamStep, update } from "./optimizer.ts";

const slot = (value: number[]): AdamSlot => ({
  value: tf.tensor1d(value),
  mean: tf.zeros([value.length]),
  variance: tf.zeros([value.length]),
});
const scalars = (step: number, learningRate: number, maxNorm: number) => {
  const { stepSize, epsilon } = adamStep(step, learningRate);
  return { stepSize: tf.scalar(stepSize), epsilon: tf.scalar(epsilon), maxNorm: tf.scalar(maxNorm) };
};

/** Adam as PyTorch writes it, in float64: bias corrections apart, ε outside the root. */
function adamInFloat64(value: number, gradients: readonly number[], learningRate: number): number {
  let mean = 0, variance = 0;
  gradients.forEach((gradient, index) => {
    const step = index + 1;
    mean = 0.9 * mean + 0.1 * gradient;
    variance = 0.999 * variance + 0.001 * gradient ** 2;
    const root = Math.sqrt(variance) / Math.sqrt(1 - 0.999 ** step) + 1e-8;
    value -= learningRate / (1 - 0.9 ** step) * mean / root;
  });
  return value;
}

Deno.test("update: three steps are Adam's formula, of gradients that are tiny too", () => {
  const gradients = [[0.3, -2e-7], [-0.1, 4e-8], [0.25, 1e-9]];
  let slots = [slot([1, -0.5])];
  gradients.forEach((gradient, index) => {
    slots =
      update(slots, [tf.tensor1d(gradient)], tf.scalar(1), scalars(index + 1, 0.1, 1e9), { weightDecay: 0 }).slots;
  });
  const [first, second] = slots[0].value.dataSync();
  assertAlmostEquals(first, adamInFloat64(1, [0.3, -0.1, 0.25], 0.1), 1e-6);
  assertAlmostEquals(second, adamInFloat64(-0.5, [-2e-7, 4e-8, 1e-9], 0.1), 1e-6);
});

Deno.test("update: a slot with a rate of its own is what it would be under that rate, as in PyTorch's groups", () => {
  const gradients = [0.3, -0.1, 0.25];
  let slots = [slot([1]), slot([1]), slot([1])];
  gradients.forEach((gradient, index) => {
    const all = slots.map(() => tf.tensor1d([gradient])), options = { weightDecay: 0, rates: [1, 0.1, 30] };
    slots = update(slots, all, tf.scalar(1), scalars(index + 1, 0.01, 1e9), options).slots;
  });
  const values = slots.map(({ value }) => value.dataSync()[0]);
  [0.01, 0.001, 0.3].forEach((rate, i) => assertAlmostEquals(values[i], adamInFloat64(1, gradients, rate), 1e-6));
});

Deno.test("update: all gradients are clipped by their common norm, which is told before clipping", () => {
  const { slots, norm } = update(
    [slot([0]), slot([0])],
    [tf.tensor1d([3]), tf.tensor1d([4])],
    tf.scalar(1),
    scalars(1, 0.1, 1),
    { weightDecay: 0 },
  );
  assertAlmostEquals(norm.dataSync()[0], 5, 1e-6);
  // the first moment is a tenth of the clipped gradient: 3/5 and 4/5 of a norm of 1 / (1 + 2e-7)
  assertAlmostEquals(slots[0].mean.dataSync()[0], 0.06, 1e-6);
  assertAlmostEquals(slots[1].mean.dataSync()[0], 0.08, 1e-6);
});

Deno.test("update: a gradient below the threshold is not lengthened", () => {
  const { slots } = update([slot([0])], [tf.tensor1d([0.5])], tf.scalar(1), scalars(1, 0.1, 1), { weightDecay: 0 });
  assertAlmostEquals(slots[0].mean.dataSync()[0], 0.05, 1e-7);
});

Deno.test("update: weight decay is added to the gradient after clipping, and does not count in its norm", () => {
  const { slots, norm } = update([slot([200])], [tf.tensor1d([3])], tf.scalar(1), scalars(1, 0.1, 1), {
    weightDecay: 0.01,
  });
  assertAlmostEquals(norm.dataSync()[0], 3, 1e-6);
  assertAlmostEquals(slots[0].mean.dataSync()[0], 0.1 * (1 + 0.01 * 200), 1e-6);
});

Deno.test("update: a loss or gradient that is not finite leaves every slot as it was", () => {
  for (const [gradient, loss] of [[NaN, 1], [Infinity, 1], [0.5, NaN]]) {
    const { slots, finite } = update([slot([2])], [tf.tensor1d([gradient])], tf.scalar(loss), scalars(1, 0.1, 1), {
      weightDecay: 0.1,
    });
    assertEquals(finite.dataSync()[0], 0);
    assertEquals([slots[0].value, slots[0].mean, slots[0].variance].map((t) => t.dataSync()[0]), [2, 0, 0]);
  }
});

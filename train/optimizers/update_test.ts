import "../../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { adam } from "./adam.ts";
import type { OptimizedParameter } from "./optimizer.ts";
import { defineOptimizer, stepScalars } from "./optimizers.ts";
import { update } from "./update.ts";

const parameter = (value: number[]): OptimizedParameter => ({
  value: tf.tensor1d(value),
  slots: { means: tf.zeros([value.length]), variances: tf.zeros([value.length]) },
});
const scalars = (step: number, learningRate: number, maxNorm: number) => {
  const numbers = { ...stepScalars(adam(), { step, epoch: 1, learningRate }), maxNorm };
  return Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, tf.scalar(number)]));
};
const plain = { optimizer: adam({ weightDecay: 0 }) };
const meanOf = ({ slots }: OptimizedParameter) => slots.means.dataSync()[0];

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
  let parameters = [parameter([1, -0.5])];
  gradients.forEach((gradient, index) => {
    ({ parameters } = update(parameters, [tf.tensor1d(gradient)], tf.scalar(1), scalars(index + 1, 0.1, 1e9), plain));
  });
  const [first, second] = parameters[0].value.dataSync();
  assertAlmostEquals(first, adamInFloat64(1, [0.3, -0.1, 0.25], 0.1), 1e-6);
  assertAlmostEquals(second, adamInFloat64(-0.5, [-2e-7, 4e-8, 1e-9], 0.1), 1e-6);
});

Deno.test("update: a slot with a rate of its own is what it would be under that rate, as in PyTorch's groups", () => {
  const gradients = [0.3, -0.1, 0.25];
  let parameters = [parameter([1]), parameter([1]), parameter([1])];
  gradients.forEach((gradient, index) => {
    const all = parameters.map(() => tf.tensor1d([gradient])), options = { ...plain, rates: [1, 0.1, 30] };
    ({ parameters } = update(parameters, all, tf.scalar(1), scalars(index + 1, 0.01, 1e9), options));
  });
  const values = parameters.map(({ value }) => value.dataSync()[0]);
  [0.01, 0.001, 0.3].forEach((rate, i) => assertAlmostEquals(values[i], adamInFloat64(1, gradients, rate), 1e-6));
});

Deno.test("update: all gradients are clipped by their common norm, which is told before clipping", () => {
  const { parameters, norm } = update(
    [parameter([0]), parameter([0])],
    [tf.tensor1d([3]), tf.tensor1d([4])],
    tf.scalar(1),
    scalars(1, 0.1, 1),
    plain,
  );
  assertAlmostEquals(norm.dataSync()[0], 5, 1e-6);
  // the first moment is a tenth of the clipped gradient: 3/5 and 4/5 of a norm of 1 / (1 + 2e-7)
  assertAlmostEquals(meanOf(parameters[0]), 0.06, 1e-6);
  assertAlmostEquals(meanOf(parameters[1]), 0.08, 1e-6);
});

Deno.test("update: a gradient below the threshold is not lengthened", () => {
  const { parameters } = update([parameter([0])], [tf.tensor1d([0.5])], tf.scalar(1), scalars(1, 0.1, 1), plain);
  assertAlmostEquals(meanOf(parameters[0]), 0.05, 1e-7);
});

Deno.test("update: weight decay is added to the gradient after clipping, and does not count in its norm", () => {
  const { parameters, norm } = update([parameter([200])], [tf.tensor1d([3])], tf.scalar(1), scalars(1, 0.1, 1), {
    optimizer: adam({ weightDecay: 0.01 }),
  });
  assertAlmostEquals(norm.dataSync()[0], 3, 1e-6);
  assertAlmostEquals(meanOf(parameters[0]), 0.1 * (1 + 0.01 * 200), 1e-6);
});

Deno.test("update: a loss or gradient that is not finite leaves every slot as it was", () => {
  for (const [gradient, loss] of [[NaN, 1], [Infinity, 1], [0.5, NaN]]) {
    const { parameters, finite } = update(
      [parameter([2])],
      [tf.tensor1d([gradient])],
      tf.scalar(loss),
      scalars(1, 0.1, 1),
      {
        optimizer: adam({ weightDecay: 0.1 }),
      },
    );
    assertEquals(finite.dataSync()[0], 0);
    assertEquals(
      [parameters[0].value, parameters[0].slots.means, parameters[0].slots.variances].map((t) => t.dataSync()[0]),
      [2, 0, 0],
    );
  }
});

Deno.test("update: without clipping a gradient is what it is, whatever its norm", () => {
  const optimizer = adam({ weightDecay: 0, clip: null });
  const { parameters, norm } = update([parameter([0])], [tf.tensor1d([30])], tf.scalar(1), scalars(1, 0.1, 1), {
    optimizer,
  });
  assertAlmostEquals(meanOf(parameters[0]), 3, 1e-5);
  assertEquals(norm.dataSync()[0], 30);
});

Deno.test("update: betas and epsilon of one's own take the place of the document's", () => {
  const optimizer = adam({ weightDecay: 0, clip: null, beta1: 0.5, beta2: 0.75, epsilon: 1 });
  const numbers = stepScalars(optimizer, { step: 2, epoch: 1, learningRate: 0.1 });
  const given = Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, tf.scalar(number)]));
  const { parameters: [{ value, slots }] } = update([parameter([1])], [tf.tensor1d([2])], tf.scalar(1), given, {
    optimizer,
  });
  assertEquals([slots.means.dataSync()[0], slots.variances.dataSync()[0]], [1, 1]);
  // both moments corrected for two steps, epsilon outside of the root
  const expected = 1 - 0.1 * (1 / (1 - 0.5 ** 2)) / (Math.sqrt(1 / (1 - 0.75 ** 2)) + 1);
  assertAlmostEquals(value.dataSync()[0], expected, 1e-6);
});

Deno.test("update: an optimizer of one's own gets the scale, the rate of its parameter, and whether it may move", () => {
  const optimizer = defineOptimizer({
    type: "sgd",
    learningRate: 0.1,
    clip: { type: "clipByGlobalNorm", maxNorm: 1, constantEpochs: 0, increase: 0, limit: 1 },
    slots: [],
    perRate: ["rate"],
    scalars: ({ learningRate }) => ({ rate: learningRate }),
    update: ({ value, slots }, gradient, { scalars: { rate }, scale, enabled }) => {
      const next = tf.sub(value, tf.mul(gradient, tf.mul(scale, rate)));
      return { value: tf.where(enabled, next, value), slots };
    },
  });
  const numbers = stepScalars(optimizer, { step: 1, epoch: 3, learningRate: 0.1 });
  assertEquals(numbers, { maxNorm: 1, rate: 0.1 });
  const given = Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, tf.scalar(number)]));
  const bare = [{ value: tf.tensor1d([1]), slots: {} }, { value: tf.tensor1d([1]), slots: {} }];
  const gradients = [tf.tensor1d([3]), tf.tensor1d([4])];
  const { parameters } = update(bare, gradients, tf.scalar(1), given, { optimizer, rates: [1, 10] });
  const [first, second] = parameters.map(({ value }) => value.dataSync()[0]);
  assertAlmostEquals(first, 1 - 0.1 * 0.6, 1e-6);
  assertAlmostEquals(second, 1 - 1 * 0.8, 1e-6);
});

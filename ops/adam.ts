import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attribute, type NativeBackend, nativeBackend, T } from "./native.ts";

/** A parameter and the two moments that Adam keeps of its gradient, all of one shape. */
export interface AdamSlot {
  readonly value: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** One step's numbers; scalars, since they change from step to step of one traced function. */
export interface AdamStep {
  /** Learning rate with both bias corrections, α·√(1 − β₂ᵗ) / (1 − β₁ᵗ). */
  readonly stepSize: Scalar;
  /** ε·√(1 − β₂ᵗ): PyTorch's ε stands after the bias correction, TensorFlow's before. */
  readonly epsilon: Scalar;
  readonly beta1: number;
  readonly beta2: number;
  /** By which the gradient is multiplied first: clipping. */
  readonly scale: Scalar;
  /** Then this times the value is added to it: L2, not decoupled. */
  readonly weightDecay: number;
  /** A bool scalar: where it is false the slot stays as it was. */
  readonly enabled: Tensor;
}

/**
 * One update of Adam (Kingma & Ba 2015, algorithm 1, in the order of its section 2) with g = scale·gradient + weightDecay·value:
 * m ← m + (1 − β₁)(g − m), v ← v + (1 − β₂)(g² − v), value ← value − stepSize·m / (√v + ε).
 * In a traced function whose slots were donated all three are updated in place: of small tensors by one native op, of large ones,
 * which are bound by memory, in one loop that takes clipping and L2 along.
 */
export function adam(slot: AdamSlot, gradient: Tensor, step: AdamStep): AdamSlot {
  const backend = nativeBackend();
  const updated = backend && (slot.value.size >= large ? inOneLoop : inPlace)(backend, slot, gradient, step);
  if (updated) return { value: updated[0], mean: updated[1], variance: updated[2] };
  const next = after(slot, regularized(slot.value, gradient, step), step);
  return {
    value: tf.where(step.enabled, next.value, slot.value),
    mean: tf.where(step.enabled, next.mean, slot.mean),
    variance: tf.where(step.enabled, next.variance, slot.variance),
  };
}

/** From this size on a pass over the memory costs more than the call of a function. */
const large = 2 ** 20;

function regularized(value: Tensor, gradient: Tensor, { scale, weightDecay }: AdamStep): Tensor {
  const scaled = tf.mul(gradient, scale);
  return weightDecay === 0 ? scaled : tf.add(scaled, tf.mul(value, weightDecay));
}

/** The slot after an update by g. */
function after(slot: AdamSlot, g: Tensor, { stepSize, epsilon, beta1, beta2 }: AdamStep): AdamSlot {
  const mean = tf.add(slot.mean, tf.mul(tf.sub(g, slot.mean), 1 - beta1));
  const variance = tf.add(slot.variance, tf.mul(tf.sub(tf.square(g), slot.variance), 1 - beta2));
  const value = tf.sub(slot.value, tf.div(tf.mul(mean, stepSize), tf.add(tf.sqrt(variance), epsilon)));
  return { value, mean, variance };
}

function inPlace(backend: NativeBackend, { value, mean, variance }: AdamSlot, gradient: Tensor, step: AdamStep) {
  return backend.updateInPlace(
    "ResourceApplyAdam",
    [T, attribute.bool("use_locking", false)],
    [value, mean, variance],
    () => [
      tf.scalar(0), // β₁ᵗ and β₂ᵗ, by which the op would correct: the step size already is
      tf.scalar(0),
      step.stepSize,
      tf.scalar(step.beta1),
      tf.scalar(step.beta2),
      step.epsilon,
      regularized(backend.after(value, step.scale), gradient, step), // else the decay is computed at the step's start, and held
    ],
    step.enabled,
  );
}

/**
 * XLA makes one loop of the three results, which reads and writes each tensor once, if they share nothing but the function's
 * inputs; else it stores what they share, and copies what one of them overwrites before another has read it. So each
 * result has a g of its own, from inputs in a disguise of their own.
 */
function inOneLoop(backend: NativeBackend, { value, mean, variance }: AdamSlot, gradient: Tensor, step: AdamStep) {
  const parts = backend.factorsOf(gradient) ?? [gradient];
  const { stepSize, epsilon, scale } = step;
  return backend.updateCompiled([value, mean, variance], [stepSize, epsilon, scale, ...parts], (targets, inputs) => {
    const [value, mean, variance] = targets;
    const [stepSize, epsilon, scale, a, b] = inputs;
    const inner = { ...step, stepSize: stepSize as Scalar, epsilon: epsilon as Scalar, scale: scale as Scalar };
    const summed = b && a.shape[0] <= maxRows;
    const whole = b && !summed ? tf.matMul(a, b, true) : a;
    const [first, second, third] = disguises.map((disguise) => {
      const made = summed ? sumOfOuterProducts(disguise(a), b) : disguise(whole);
      return after({ value, mean, variance }, regularized(disguise(value), made, inner), inner);
    });
    return [first.value, second.mean, third.variance];
  }, step.enabled);
}

/** Three times the same values: to XLA's eyes different ones, while LLVM sees through it and computes g once. */
const disguises = [
  (x: Tensor) => x,
  (x: Tensor) => tf.maximum(x, -Infinity),
  (x: Tensor) => tf.minimum(x, Infinity),
];

/** XLA lets a loop have 19 inputs; each row of b is one, and there are ten others. */
const maxRows = 9;

/** aᵀ·b inside of the loop: then it is never a tensor of its own. */
function sumOfOuterProducts(a: Tensor, b: Tensor): Tensor {
  const columns = tf.split(a, a.shape[0]), rows = tf.split(b, b.shape[0]);
  const products = columns.map((column, k) => tf.mul(tf.reshape(column, [-1, 1]), rows[k]));
  return products.reduce((sum, product) => tf.add(sum, product));
}

import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attribute, type NativeBackend, nativeBackend, T } from "./native.ts";

/** A parameter and the two moments that Adam keeps of its gradient, all of one shape. */
export interface AdamSlot {
  /** The parameter. */
  readonly value: Tensor;
  /** The first moment m. */
  readonly mean: Tensor;
  /** The second moment v. */
  readonly variance: Tensor;
}

/**
 * The numbers of one step. Those that change from step to step are scalars, so that one traced function serves all
 * steps.
 */
export interface AdamStep {
  /** The learning rate with both bias corrections, α·√(1 − β₂ᵗ) / (1 − β₁ᵗ). */
  readonly stepSize: Scalar;
  /** ε·√(1 − β₂ᵗ), since PyTorch adds ε after the bias correction and TensorFlow before it. */
  readonly epsilon: Scalar;
  /** The decay rate of the first moment. */
  readonly beta1: number;
  /** The decay rate of the second moment. */
  readonly beta2: number;
  /** The factor of the gradient, for clipping. */
  readonly scale: Scalar;
  /** The factor of the value that is added to the scaled gradient: L2, not decoupled weight decay. */
  readonly weightDecay: number;
  /** A bool scalar: where it is false the slot stays as it was. */
  readonly enabled: Tensor;
}

/**
 * Updates a slot by Adam (Kingma & Ba 2015, algorithm 1, in the order of its section 2) with g = scale·gradient +
 * weightDecay·value: m ← m + (1 − β₁)(g − m), v ← v + (1 − β₂)(g² − v), value ← value − stepSize·m / (√v + ε). In a
 * traced function whose slots are donated, it updates all three in place: small tensors by one native op, large ones,
 * which are bound by memory, in one loop that includes clipping and L2.
 */
export function adam(slot: AdamSlot, gradient: Tensor, step: AdamStep): AdamSlot {
  const backend = nativeBackend();
  const updated = backend && (slot.value.size >= large ? inOneLoop : inPlace)(backend, slot, gradient, step);
  if (updated) return { value: updated[0], mean: updated[1], variance: updated[2] };
  const next = nextSlot(slot, regularized(slot.value, gradient, step), step);
  return {
    value: tf.where(step.enabled, next.value, slot.value),
    mean: tf.where(step.enabled, next.mean, slot.mean),
    variance: tf.where(step.enabled, next.variance, slot.variance),
  };
}

/** From this size on, a pass over the memory costs more than a function call. */
const large = 2 ** 20;

function regularized(value: Tensor, gradient: Tensor, { scale, weightDecay }: AdamStep): Tensor {
  const scaled = tf.mul(gradient, scale);
  return weightDecay === 0 ? scaled : tf.add(scaled, tf.mul(value, weightDecay));
}

/** The slot after an update by the gradient g. */
function nextSlot(slot: AdamSlot, g: Tensor, { stepSize, epsilon, beta1, beta2 }: AdamStep): AdamSlot {
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
      tf.scalar(0), // β₁ᵗ and β₂ᵗ, for the bias correction, which the step size already has
      tf.scalar(0),
      step.stepSize,
      tf.scalar(step.beta1),
      tf.scalar(step.beta2),
      step.epsilon,
      // without the dependency TensorFlow computes the decay at the step's start and holds it
      regularized(backend.withControlDependency(value, step.scale), gradient, step),
    ],
    step.enabled,
  );
}

/**
 * Updates the slot in one loop that reads and writes each tensor once. XLA makes that loop only if the three results
 * share nothing but the function's inputs; otherwise it stores what they share, and copies what one of them overwrites
 * before another reads it. So each result computes g for itself, from inputs that XLA takes for different ones.
 */
function inOneLoop(backend: NativeBackend, { value, mean, variance }: AdamSlot, gradient: Tensor, step: AdamStep) {
  const parts = backend.factorsOf(gradient) ?? [gradient];
  const { stepSize, epsilon, scale } = step;
  return backend.updateCompiled([value, mean, variance], [stepSize, epsilon, scale, ...parts], (targets, inputs) => {
    const [value, mean, variance] = targets;
    const [stepSize, epsilon, scale, a, b] = inputs;
    const inner = { ...step, stepSize: stepSize as Scalar, epsilon: epsilon as Scalar, scale: scale as Scalar };
    const summed = b && a.shape[0] <= maxRows;
    const g = b && !summed ? tf.matMul(a, b, true) : a;
    const [first, second, third] = disguises.map((disguise) => {
      const made = summed ? sumOfOuterProducts(disguise(a), b) : disguise(g);
      return nextSlot({ value, mean, variance }, regularized(disguise(value), made, inner), inner);
    });
    return [first.value, second.mean, third.variance];
  }, step.enabled);
}

/** Three identities that XLA does not recognize; LLVM does, and computes g once. */
const disguises = [
  (x: Tensor) => x,
  (x: Tensor) => tf.maximum(x, -Infinity),
  (x: Tensor) => tf.minimum(x, Infinity),
];

/** XLA allows 19 inputs of a loop. Each row of b is one, and there are ten others. */
const maxRows = 9;

/** Computes aᵀ·b inside of the loop, so that it is never stored as a tensor. */
function sumOfOuterProducts(a: Tensor, b: Tensor): Tensor {
  const columns = tf.split(a, a.shape[0]), rows = tf.split(b, b.shape[0]);
  const products = columns.map((column, k) => tf.mul(tf.reshape(column, [-1, 1]), rows[k]));
  return products.reduce((sum, product) => tf.add(sum, product));
}

import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attribute, nativeBackend, T } from "./native.ts";

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
  /** A bool scalar: where it is false the slot stays as it was. */
  readonly enabled: Tensor;
}

/**
 * One update of Adam (Kingma & Ba 2015, algorithm 1, in the order of its section 2):
 * m ← m + (1 − β₁)(g − m), v ← v + (1 − β₂)(g² − v), value ← value − stepSize·m / (√v + ε).
 * In a traced function whose slots were donated, one native op updates all three in place.
 */
export function adam(
  slot: AdamSlot,
  gradient: Tensor,
  { stepSize, epsilon, beta1, beta2, enabled }: AdamStep,
): AdamSlot {
  const { value, mean, variance } = slot;
  const updated = nativeBackend()?.updateInPlace(
    "ResourceApplyAdam",
    [T, attribute.bool("use_locking", false)],
    [value, mean, variance],
    () => [
      tf.scalar(0), // β₁ᵗ and β₂ᵗ, by which the op would correct: the step size already is
      tf.scalar(0),
      stepSize,
      tf.scalar(beta1),
      tf.scalar(beta2),
      epsilon,
      gradient,
    ],
    enabled,
  );
  if (updated) return { value: updated[0], mean: updated[1], variance: updated[2] };
  const nextMean = tf.add(mean, tf.mul(tf.sub(gradient, mean), 1 - beta1));
  const nextVariance = tf.add(variance, tf.mul(tf.sub(tf.square(gradient), variance), 1 - beta2));
  const nextValue = tf.sub(value, tf.div(tf.mul(nextMean, stepSize), tf.add(tf.sqrt(nextVariance), epsilon)));
  return {
    value: tf.where(enabled, nextValue, value),
    mean: tf.where(enabled, nextMean, mean),
    variance: tf.where(enabled, nextVariance, variance),
  };
}

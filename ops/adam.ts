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
 * which are bound by memory, in one pass that takes clipping and L2 along.
 */
export function adam(slot: AdamSlot, gradient: Tensor, step: AdamStep): AdamSlot {
  const backend = nativeBackend();
  const updated = backend && (slot.value.size >= large ? inOnePass : inPlace)(backend, slot, gradient, step);
  if (updated) return { value: updated[0], mean: updated[1], variance: updated[2] };
  const { value, mean, variance } = slot;
  const { stepSize, epsilon, beta1, beta2, enabled } = step;
  const g = regularized(value, gradient, step);
  const nextMean = tf.add(mean, tf.mul(tf.sub(g, mean), 1 - beta1));
  const nextVariance = tf.add(variance, tf.mul(tf.sub(tf.square(g), variance), 1 - beta2));
  const nextValue = tf.sub(value, tf.div(tf.mul(nextMean, stepSize), tf.add(tf.sqrt(nextVariance), epsilon)));
  return {
    value: tf.where(enabled, nextValue, value),
    mean: tf.where(enabled, nextMean, mean),
    variance: tf.where(enabled, nextVariance, variance),
  };
}

/** From this size on a pass over the memory costs more than the call of a function. */
const large = 2 ** 20;

function regularized(value: Tensor, gradient: Tensor, { scale, weightDecay }: AdamStep): Tensor {
  const scaled = tf.mul(gradient, scale);
  return weightDecay === 0 ? scaled : tf.add(scaled, tf.mul(value, weightDecay));
}

function inPlace(backend: NativeBackend, slot: AdamSlot, gradient: Tensor, step: AdamStep, when = step.enabled) {
  return applyAdam(backend, slot, () => regularized(slot.value, gradient, step), step, when);
}

/** Makes the gradient inside, too, where it is a matrix product: it is then never a tensor of its own. */
function inOnePass(backend: NativeBackend, { value, mean, variance }: AdamSlot, gradient: Tensor, step: AdamStep) {
  const parts = backend.factorsOf(gradient) ?? [gradient];
  const { stepSize, epsilon, scale } = step;
  return backend.updateCompiled([value, mean, variance], [stepSize, epsilon, scale, ...parts], (targets, inputs) => {
    const [value, mean, variance] = targets;
    const [stepSize, epsilon, scale, a, b] = inputs;
    const inner = { ...step, stepSize: stepSize as Scalar, epsilon: epsilon as Scalar, scale: scale as Scalar };
    const made = b ? tf.matMul(a, b, true) : a;
    applyAdam(backend, { value, mean, variance }, () => regularized(value, made, inner), inner);
  }, step.enabled);
}

function applyAdam(
  backend: NativeBackend,
  { value, mean, variance }: AdamSlot,
  gradient: () => Tensor,
  { stepSize, epsilon, beta1, beta2 }: AdamStep,
  when?: Tensor,
): Tensor[] | undefined {
  return backend.updateInPlace(
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
      gradient(),
    ],
    when,
  );
}

import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { adam, type AdamSlot } from "../ops/adam.ts";
import { globalNorm } from "../ops/global_norm.ts";

/** As float32 has them: so has the op that takes 1 − β of them, and bias correction has to go by the same. */
const beta1 = Math.fround(0.9), beta2 = Math.fround(0.999), epsilon = 1e-8;

/** Adam's numbers for a step, from 1, in float64: both bias corrections folded into the step size (see `ops/adam.ts`). */
export function adamStep(step: number, learningRate: number): { stepSize: number; epsilon: number } {
  const correction = Math.sqrt(1 - beta2 ** step);
  return {
    stepSize: Math.fround(learningRate * correction / (1 - beta1 ** step)), // as the step takes it
    epsilon: Math.fround(epsilon * correction),
  };
}

/** One step's numbers as scalars of the traced step. */
export interface UpdateScalars {
  readonly stepSize: Scalar;
  readonly epsilon: Scalar;
  /** The norm to which gradients are clipped. */
  readonly maxNorm: Scalar;
}

/** What of an update stays from step to step. */
export interface UpdateOptions {
  /** L2, added to the gradient. */
  readonly weightDecay: number;
  /** Each slot's learning rate as a multiple of the step's; 1 where absent. */
  readonly rates?: readonly number[];
}

/**
 * The recipe's update of all parameters: gradients clipped by their global norm as `clip_grad_norm_` does,
 * min(1, max / (norm + 1e-6)), then `weightDecay`·value added (L2, not decoupled), then Adam. Where the loss or the norm
 * is not finite, every slot stays as it was.
 */
export function update(
  slots: readonly AdamSlot[],
  gradients: readonly Tensor[],
  loss: Scalar,
  { stepSize, epsilon, maxNorm }: UpdateScalars,
  { weightDecay, rates = [] }: UpdateOptions,
): { slots: AdamSlot[]; norm: Scalar; finite: Tensor } {
  const norm = globalNorm(gradients);
  const finite = tf.isFinite(tf.add(loss, norm));
  const scale = tf.minimum<Scalar>(1, tf.div(maxNorm, tf.add(norm, 1e-6)));
  const step = { epsilon, beta1, beta2, scale, weightDecay, enabled: finite };
  const stepSizes = new Map([[1, stepSize]]);
  for (const rate of rates) if (!stepSizes.has(rate)) stepSizes.set(rate, tf.mul(stepSize, rate));
  const updated = slots.map((slot, index) =>
    adam(slot, gradients[index], { ...step, stepSize: stepSizes.get(rates[index] ?? 1) ?? stepSize })
  );
  return { slots: updated, norm, finite };
}

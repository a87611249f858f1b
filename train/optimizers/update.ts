import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { globalNorm } from "../../ops/global_norm.ts";
import { clippingFunctions } from "../clipping/clippings.ts";
import type { OptimizedParameter } from "./optimizer.ts";
import { type Optimizer, optimizerFunctions } from "./optimizers.ts";

/** What of an update stays from step to step. */
export interface UpdateOptions {
  readonly optimizer: Optimizer;
  /** Each parameter's learning rate as a multiple of the step's; 1 where absent. */
  readonly rates?: readonly number[];
}

/**
 * Updates all parameters: gradients are clipped by what the optimizer says, and the optimizer updates each parameter. Where the
 * loss or the gradients' global norm is not finite, every parameter stays as it was. `norm` is that before clipping.
 */
export function update(
  parameters: readonly OptimizedParameter[],
  gradients: readonly Tensor[],
  loss: Scalar,
  scalars: Readonly<Record<string, Scalar>>,
  { optimizer, rates = [] }: UpdateOptions,
): { parameters: OptimizedParameter[]; norm: Scalar; finite: Tensor } {
  const { perRate, update: updateOne } = optimizerFunctions(optimizer);
  const norm = globalNorm(gradients);
  const finite = tf.isFinite(tf.add(loss, norm));
  const scale = optimizer.clip ? clippingFunctions(optimizer.clip).scale(norm, scalars) : tf.scalar(1);
  const scaled = new Map([[1, scalars]]);
  for (const rate of rates) {
    if (scaled.has(rate)) continue;
    scaled.set(rate, { ...scalars, ...Object.fromEntries(perRate.map((name) => [name, tf.mul(scalars[name], rate)])) });
  }
  const updated = parameters.map((parameter, index) => {
    const own = scaled.get(rates[index] ?? 1) ?? scalars;
    return updateOne(parameter, gradients[index], { scalars: own, scale, enabled: finite });
  });
  return { parameters: updated, norm, finite };
}

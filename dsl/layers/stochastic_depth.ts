import { stochasticDepth as drop } from "../../ops/dropout.ts";
import { create } from "../create.ts";
import { rate } from "../fields.ts";
import type { Layer } from "../layer.ts";

/** Dropout of whole samples in training, of any shape; made by {@linkcode stochasticDepth}. */
export interface StochasticDepth {
  /** The name of the layer. */
  readonly type: "stochasticDepth";
  /** The probability that a sample is zero. */
  readonly rate: number;
}

/**
 * Stochastic depth (Huang et al. 2016), also called drop path, of any shape. In training it sets a whole sample to zero
 * with probability `rate` and divides the others by 1 − rate; in inference it returns its input. At the end of a
 * residual body it skips the body.
 *
 * @example
 * ```ts
 * import { dense, residual, stack, stochasticDepth } from "@thorax/thorax";
 * residual(stack([dense(192), stochasticDepth(0.1)]));
 * ```
 */
export function stochasticDepth(rate: number): StochasticDepth {
  return create(stochasticDepthLayer, { rate });
}

export const stochasticDepthLayer: Layer<StochasticDepth> = {
  type: "stochasticDepth",
  fields: { rate },
  shape: (_, input) => input,
  apply: ({ rate }, _, x, { training, seed }) => training && rate > 0 ? drop(x, rate, seed()) : x,
  summary: ({ rate }) => `${Number(rate.toPrecision(3))}`,
};

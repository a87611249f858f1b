import { stochasticDepth as drop } from "../../ops/dropout.ts";
import { create } from "../create.ts";
import { rate } from "../fields.ts";
import type { Layer } from "../layer.ts";

/** The spec of {@linkcode stochasticDepth}. */
export interface StochasticDepth {
  readonly type: "stochasticDepth";
  readonly rate: number;
}

/**
 * Stochastic depth (Huang et al. 2016), also drop path, of any shape: in training each sample is zero as a whole with probability
 * `rate`, else divided by 1 − rate; otherwise x. At the end of a residual body it leaves out the body.
 *
 * @example
 * ```ts
 * import { dense } from "./dense.ts";
 * import { residual } from "../combinators/residual.ts";
 * import { stack } from "../combinators/stack.ts";
 * import { stochasticDepth } from "./stochastic_depth.ts";
 * residual(stack([dense(192), stochasticDepth(0.1)]));
 * ```
 */
export function stochasticDepth(rate: number): StochasticDepth {
  return create(stochasticDepthLayer, { rate });
}

/** What `stochasticDepth` means. */
export const stochasticDepthLayer: Layer<StochasticDepth> = {
  type: "stochasticDepth",
  fields: { rate },
  shape: (_, input) => input,
  apply: ({ rate }, _, x, { training, seed }) => training && rate > 0 ? drop(x, rate, seed()) : x,
  summary: ({ rate }) => `${Number(rate.toPrecision(3))}`,
};

import { dropout as drop } from "../../ops/dropout.ts";
import { create } from "../create.ts";
import { rate } from "../fields.ts";
import type { Layer } from "../layer.ts";

/** Dropout of single values in training, of any shape; made by {@linkcode dropout}. */
export interface Dropout {
  /** The name of the layer. */
  readonly type: "dropout";
  /** The probability of a zero. */
  readonly rate: number;
}

/**
 * Inverted dropout, of any shape (Srivastava et al. 2014). In training it sets each value to zero with probability
 * `rate` and divides the others by 1 − rate; in inference it returns its input. Each dropout layer draws its own mask
 * from the seed that `apply` gets.
 *
 * @example
 * ```ts
 * import { dropout } from "@thorax/thorax";
 * dropout(0.5);
 * ```
 */
export function dropout(rate: number): Dropout {
  return create(dropoutLayer, { rate });
}

export const dropoutLayer: Layer<Dropout> = {
  type: "dropout",
  fields: { rate },
  shape: (_, input) => input,
  apply: ({ rate }, _, x, { training, seed }) => training && rate > 0 ? drop(x, rate, seed()) : x,
  summary: ({ rate }) => `${Number(rate.toPrecision(3))}`,
};

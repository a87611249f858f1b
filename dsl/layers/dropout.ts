import { dropout as drop } from "../../ops/dropout.ts";
import { create } from "../create.ts";
import { rate } from "../fields.ts";
import type { Layer } from "../layer.ts";

/** The spec of {@linkcode dropout}. */
export interface Dropout {
  readonly type: "dropout";
  readonly rate: number;
}

/**
 * Inverted dropout of any shape (Srivastava et al. 2014): in training each value is zero with probability `rate`, else
 * divided by 1 − rate; otherwise x. Every dropout of a model draws a stream of its own from the seed that `apply` gets.
 *
 * @example
 * ```ts
 * import { dropout } from "./dropout.ts";
 * dropout(0.5);
 * ```
 */
export function dropout(rate: number): Dropout {
  return create(dropoutLayer, { rate });
}

/** What `dropout` means. */
export const dropoutLayer: Layer<Dropout> = {
  type: "dropout",
  fields: { rate },
  shape: (_, input) => input,
  apply: ({ rate }, _, x, { training, seed }) => training && rate > 0 ? drop(x, rate, seed()) : x,
  summary: ({ rate }) => `${Number(rate.toPrecision(3))}`,
};

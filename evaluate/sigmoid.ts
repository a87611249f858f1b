/**
 * Computes the logistic function in float64. It is 0.5 only for a logit of 0 (rounding alone would make it 0.5 up to about 1e-16 on both
 * sides), so p ≥ 0.5 means logit ≥ 0. Above a logit of 37 it is 1: rank by logits.
 *
 * @example
 * ```ts
 * import { sigmoid } from "./sigmoid.ts";
 * console.assert(sigmoid(0) === 0.5 && sigmoid(-1e-30) < 0.5 && sigmoid(40) === sigmoid(50));
 * ```
 */
export function sigmoid(logit: number): number {
  const p = 1 / (1 + Math.exp(-logit));
  return p === 0.5 ? 0.5 + Math.sign(logit) * Number.EPSILON / 2 : p;
}

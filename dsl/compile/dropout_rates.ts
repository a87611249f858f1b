import type { Spec } from "../spec.ts";

/**
 * The rates of a spec's dropout layers, in their order.
 *
 * @example
 * ```ts
 * import { dense } from "../layers/dense.ts";
 * import { dropout } from "../layers/dropout.ts";
 * import { dropoutRates } from "./dropout_rates.ts";
 * import { stack } from "../combinators/stack.ts";
 * console.assert(dropoutRates(stack([dropout(0.5), dense(15)]))[0] === 0.5);
 * ```
 */
export function dropoutRates(spec: Spec): number[] {
  const rates: number[] = [];
  JSON.stringify(spec, (_, value) => {
    if (value?.type === "dropout") rates.push(value.rate);
    return value;
  });
  return rates;
}

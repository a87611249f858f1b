import type { Spec } from "../spec.ts";

/**
 * Lists the rates of a spec's dropout layers, in order.
 *
 * @example
 * ```ts
 * import { dense, dropout, dropoutRates, stack } from "@thorax/thorax";
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

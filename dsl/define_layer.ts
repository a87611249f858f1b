import type { AnySpec } from "./any_spec.ts";
import type { Combinator, Definition, Layer } from "./layer.ts";

/**
 * Types the definition of a layer of your own, to be passed to `compile` and `parse` in `layers`.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { defineLayer } from "@thorax/thorax";
 * interface Softplus {
 *   readonly type: "softplus";
 * }
 * export const softplusLayer = defineLayer<Softplus>({
 *   type: "softplus",
 *   fields: {},
 *   shape: (_, input) => input,
 *   apply: (_, __, x) => tf.softplus(x),
 * });
 * ```
 */
export function defineLayer<S extends AnySpec>(definition: Layer<S>): Layer<S>;
/** Types the definition of a combinator of your own, to be passed to `compile` and `parse` in `layers`. */
export function defineLayer<S extends AnySpec>(definition: Combinator<S>): Combinator<S>;
export function defineLayer<S extends AnySpec>(definition: Definition<S>): Definition<S> {
  return definition;
}

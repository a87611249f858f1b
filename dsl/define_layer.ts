import type { AnySpec } from "./any_spec.ts";
import type { Combinator, Definition, Layer } from "./layer.ts";

/**
 * Types the definition of a layer or combinator of your own; it goes to `compile` and `parse` as `layers`.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { defineLayer } from "./define_layer.ts";
 * interface Swish {
 *   readonly type: "swish";
 * }
 * export const swishLayer = defineLayer<Swish>({
 *   type: "swish",
 *   fields: {},
 *   shape: (_, input) => input,
 *   apply: (_, __, x) => tf.mul(x, tf.sigmoid(x)),
 * });
 * ```
 */
export function defineLayer<S extends AnySpec>(definition: Layer<S>): Layer<S>;
export function defineLayer<S extends AnySpec>(definition: Combinator<S>): Combinator<S>;
export function defineLayer<S extends AnySpec>(definition: Definition<S>): Definition<S> {
  return definition;
}

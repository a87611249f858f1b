import * as tf from "@tensorflow/tfjs-core";
import { create } from "../create.ts";
import type { Layer } from "../layer.ts";

/** The spec of {@linkcode sigmoid}. */
export interface Sigmoid {
  readonly type: "sigmoid";
}

/**
 * 1 / (1 + e⁻ˣ), of any shape.
 *
 * @example
 * ```ts
 * import { sigmoid } from "./sigmoid.ts";
 * console.assert(JSON.stringify(sigmoid()) === '{"type":"sigmoid"}');
 * ```
 */
export function sigmoid(): Sigmoid {
  return create(sigmoidLayer, {});
}

/** What `sigmoid` means. */
export const sigmoidLayer: Layer<Sigmoid> = {
  type: "sigmoid",
  fields: {},
  shape: (_, input) => input,
  apply: (_, __, x) => tf.sigmoid(x),
};

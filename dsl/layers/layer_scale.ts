import * as tf from "@tensorflow/tfjs-core";
import { castLike } from "../../ops/precision.ts";
import { create } from "../create.ts";
import { constant, type Initializer, initializer } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { channelsOf } from "../shape_inference.ts";

/** A learned scale for each channel, `[…, C]` → the same; made by {@linkcode layerScale}. */
export interface LayerScale {
  /** The name of the layer. */
  readonly type: "layerScale";
  /** How the scale's first values are drawn. */
  readonly init: Initializer;
}

/** Options of {@linkcode layerScale}. */
export interface LayerScaleOptions {
  /** The initializer of the scale; default `constant(1e-5)`. */
  readonly init?: Initializer;
}

/**
 * Multiplies each channel by a learned scale (Touvron et al. 2021), `[…, C]` → the same. A small first scale lets deep
 * residual networks start near the identity. Parameter: `scale` `[C]`.
 *
 * @example
 * ```ts
 * import { constant, layerScale } from "@thorax/thorax";
 * layerScale({ init: constant(1e-5) });
 * ```
 */
export function layerScale(options: LayerScaleOptions = {}): LayerScale {
  return create(layerScaleLayer, options);
}

export const layerScaleLayer: Layer<LayerScale> = {
  type: "layerScale",
  fields: { init: initializer(constant(1e-5)) },
  shape(_, input, at) {
    channelsOf(input, at);
    return input;
  },
  parameters: ({ init }, input) => ({ scale: { shape: input.slice(-1), init } }),
  apply: (_, { scale }, x) => tf.mul(x, castLike(scale, x)),
  affine: (_, { scale }) => ({ scale, offset: tf.zerosLike(scale) }),
};

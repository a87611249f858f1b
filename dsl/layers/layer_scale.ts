import * as tf from "@tensorflow/tfjs-core";
import { like } from "../../ops/precision.ts";
import { create } from "../create.ts";
import { constant, type Initializer, initializer } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { channelsOf } from "../shape_inference.ts";

/** The spec of {@linkcode layerScale}. */
export interface LayerScale {
  readonly type: "layerScale";
  readonly init: Initializer;
}

/** Options of {@linkcode layerScale}. */
export interface LayerScaleOptions {
  /** The initializer of the scale; default everywhere 1e-5. */
  readonly init?: Initializer;
}

/**
 * x · scale, a learned scale for each channel (Touvron et al. 2021), `[…, C]` → the same. Small at first, it lets deep residual
 * networks start near the identity. Parameter: `scale` `[C]`.
 *
 * @example
 * ```ts
 * import { constant } from "../initializers.ts";
 * import { layerScale } from "./layer_scale.ts";
 * layerScale({ init: constant(1e-5) });
 * ```
 */
export function layerScale(options: LayerScaleOptions = {}): LayerScale {
  return create(layerScaleLayer, options);
}

/** What `layerScale` means. */
export const layerScaleLayer: Layer<LayerScale> = {
  type: "layerScale",
  fields: { init: initializer(constant(1e-5)) },
  shape(_, input, at) {
    channelsOf(input, at);
    return input;
  },
  parameters: ({ init }, input) => ({ scale: { shape: input.slice(-1), init } }),
  apply: (_, { scale }, x) => tf.mul(x, like(scale, x)),
  affine: (_, { scale }) => ({ scale, offset: tf.zerosLike(scale) }),
};

import { layerNorm as normalize } from "../../ops/layer_norm.ts";
import { create } from "../create.ts";
import { optional, positive } from "../fields.ts";
import { ones, zeros } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { channelsOf } from "../shape_inference.ts";

/** Normalization over the channels of each token or pixel, `[…, C]` → the same; made by {@linkcode layerNorm}. */
export interface LayerNorm {
  /** The name of the layer. */
  readonly type: "layerNorm";
  /** Added to the variance. */
  readonly epsilon: number;
}

/** Options of {@linkcode layerNorm}. */
export interface LayerNormOptions {
  /** Added to the variance; default 1e-5, as in PyTorch. Vision transformers use 1e-6. */
  readonly epsilon?: number;
}

/**
 * Layer normalization over the last axis (Ba et al. 2016), `[…, C]` → the same. It normalizes each token or pixel by
 * the mean and the variance of its own channels. Parameters, each `[C]`: `scale`, `offset`.
 *
 * @example
 * ```ts
 * import { layerNorm } from "@thorax/thorax";
 * layerNorm({ epsilon: 1e-6 });
 * ```
 */
export function layerNorm(options: LayerNormOptions = {}): LayerNorm {
  return create(layerNormLayer, options);
}

export const layerNormLayer: Layer<LayerNorm> = {
  type: "layerNorm",
  fields: { epsilon: optional(positive, 1e-5) },
  shape(_, input, at) {
    channelsOf(input, at);
    return input;
  },
  parameters: (_, input) => ({
    scale: { shape: input.slice(-1), init: ones },
    offset: { shape: input.slice(-1), init: zeros },
  }),
  apply: ({ epsilon }, { scale, offset }, x) => normalize(x, scale, offset, epsilon),
};

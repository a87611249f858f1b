import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { batchNorm as normalize } from "../../ops/batch_norm.ts";
import { create } from "../create.ts";
import { optional, positive, rate } from "../fields.ts";
import { ones, zeros } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { asImage } from "../shape_inference.ts";

/** Batch normalization of each channel, `[H, W, C]` → `[H, W, C]`; made by {@linkcode batchNorm}. */
export interface BatchNorm {
  /** The name of the layer. */
  readonly type: "batchNorm";
  /** Added to the variance. */
  readonly epsilon: number;
  /** The share of the new batch in the running statistics. */
  readonly momentum: number;
}

/** Options of {@linkcode batchNorm}. */
export interface BatchNormOptions {
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
  /** The share of the new batch in the running statistics, as PyTorch uses the word; default 0.1. */
  readonly momentum?: number;
}

/**
 * Batch normalization of each channel (Ioffe & Szegedy 2015), `[H, W, C]` → `[H, W, C]`. Parameters, each `[C]`:
 * `scale`, `offset`, and the running `mean` and `variance`. The last two are not trained; in training `apply` returns
 * their new values as `state`.
 *
 * @example
 * ```ts
 * import { batchNorm } from "@thorax/thorax";
 * batchNorm({ momentum: 0.01 });
 * ```
 */
export function batchNorm(options: BatchNormOptions = {}): BatchNorm {
  return create(batchNormLayer, options);
}

export const batchNormLayer: Layer<BatchNorm> = {
  type: "batchNorm",
  fields: { epsilon: optional(positive, 1e-5), momentum: optional(rate, 0.1) },
  shape(_, input, at) {
    asImage(input, at);
    return input;
  },
  parameters: (_, [, , channels]) => ({
    scale: { shape: [channels], init: ones },
    offset: { shape: [channels], init: zeros },
    mean: { shape: [channels], init: zeros, trainable: false },
    variance: { shape: [channels], init: ones, trainable: false },
  }),
  apply({ epsilon, momentum }, { scale, offset, mean, variance }, x, { training }) {
    const statistics = { scale, offset, mean, variance };
    const { output, ...state } = normalize(x as Tensor4D, statistics, { epsilon, momentum, training });
    return training ? { output, state } : output;
  },
  affine({ epsilon }, { scale, offset, mean, variance }) {
    const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)));
    return { scale: factor, offset: tf.sub(offset, tf.mul(mean, factor)) };
  },
};

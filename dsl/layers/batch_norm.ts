import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { batchNorm as normalize } from "../../ops/batch_norm.ts";
import { create } from "../create.ts";
import { optional, positive, rate } from "../fields.ts";
import { ones, zeros } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { asImage } from "../shape_inference.ts";

/** The spec of {@linkcode batchNorm}. */
export interface BatchNorm {
  readonly type: "batchNorm";
  readonly epsilon: number;
  readonly momentum: number;
}

/** Options of {@linkcode batchNorm}. */
export interface BatchNormOptions {
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
  /** The new batch's share in the running statistics, PyTorch's meaning of the word; default 0.1. */
  readonly momentum?: number;
}

/**
 * Batch normalization of each channel (Ioffe & Szegedy 2015), `[H, W, C]` → `[H, W, C]`. Parameters, each `[C]`: `scale`,
 * `offset`, and the running `mean` and `variance`, which are not trained: in training `apply` returns their new values.
 *
 * @example
 * ```ts
 * import { batchNorm } from "./batch_norm.ts";
 * batchNorm({ momentum: 0.01 });
 * ```
 */
export function batchNorm(options: BatchNormOptions = {}): BatchNorm {
  return create(batchNormLayer, options);
}

/** What `batchNorm` means. */
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

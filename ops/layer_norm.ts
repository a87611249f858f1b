import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { biasAdd, sumOfRows } from "./bias_add.ts";
import { like, toFloat32 } from "./precision.ts";

/**
 * Layer normalisation over the last axis (Ba et al. 2016): (x − mean) / √(variance + ε) · scale + offset, the variance biased; `scale`
 * and `offset` are `[C]`. Computed in float32 whatever x is.
 */
export function layerNorm<X extends Tensor>(x: X, scale: Tensor, offset: Tensor, epsilon: number): X {
  return like(normalise(toFloat32(x), scale, offset, epsilon), x);
}

/** With a gradient of its own: of the normalised values, whose row sums are two products with vectors. */
function normalise<X extends Tensor>(x: X, scale: Tensor, offset: Tensor, epsilon: number): X {
  const channels = x.shape[x.rank - 1];
  return tf.customGrad((x, scale, offset, save) => {
    const centered = tf.sub(x as Tensor, tf.mean(x as Tensor, -1, true));
    const deviation = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), epsilon));
    const normal = tf.mul(centered, deviation);
    (save as tf.GradSaveFunc)([normal, deviation, scale as Tensor]);
    return {
      value: biasAdd(tf.mul(normal, scale as Tensor), offset as Tensor),
      gradFunc: (dy: Tensor, [normal, deviation, scale]: Tensor[]) => {
        const weighted = tf.mul(dy, normal);
        const weights = tf.reshape(tf.div(scale, channels), [channels, 1]);
        const rowMean = (x: Tensor) => tf.reshape(tf.matMul(tf.reshape(x, [-1, channels]), weights), deviation.shape);
        const own = tf.sub(tf.mul(dy, scale), rowMean(dy));
        const dx = tf.mul(tf.sub(own, tf.mul(normal, rowMean(weighted))), deviation);
        return [dx, sumOfRows(weighted), sumOfRows(dy)];
      },
    };
  })(x, scale, offset) as X;
}

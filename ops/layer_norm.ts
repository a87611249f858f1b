import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { fuse } from "./fuse.ts";
import { castLike, toFloat32 } from "./precision.ts";

/**
 * Normalizes over the last axis (Ba et al. 2016): (x − mean) / √(variance + ε) · scale + offset, with the biased
 * variance; `scale` and `offset` are `[C]`. It computes in float32 for every precision of x. The gradient keeps only x
 * and normalizes it again.
 */
export function layerNorm<X extends Tensor>(x: X, scale: Tensor, offset: Tensor, epsilon: number): X {
  return tf.customGrad((x, scale, offset, save) => {
    const inputs = [x, scale, offset] as [Tensor, Tensor, Tensor];
    (save as tf.GradSaveFunc)([x as Tensor, scale as Tensor]);
    return {
      value: fuse(`layer norm ${epsilon}`, inputs, (x, scale, offset) => {
        const { normal } = normalize(x, epsilon);
        return [castLike(tf.add(tf.mul(normal, scale), offset), x)];
      })[0],
      gradFunc: (dy: Tensor, [x, scale]: Tensor[]) =>
        fuse(`layer norm gradient ${epsilon}`, [dy, x, scale], (dy, x, scale) => gradients(dy, x, scale, epsilon)),
    };
  })(x, scale, offset) as X;
}

function normalize(x: Tensor, epsilon: number) {
  const exact = toFloat32(x);
  const centered = tf.sub(exact, tf.mean(exact, -1, true));
  const deviation = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), epsilon));
  return { normal: tf.mul(centered, deviation), deviation };
}

/** The gradients of x, scale and offset. */
function gradients(given: Tensor, x: Tensor, scale: Tensor, epsilon: number): Tensor[] {
  const dy = toFloat32(given), rows = dy.shape.map((_, axis) => axis).slice(0, -1);
  const { normal, deviation } = normalize(x, epsilon);
  const weighted = tf.mul(dy, normal), dNormal = tf.mul(dy, scale);
  const along = tf.mul(normal, tf.mean(tf.mul(weighted, scale), -1, true));
  const dx = tf.mul(tf.sub(tf.sub(dNormal, tf.mean(dNormal, -1, true)), along), deviation);
  return [castLike(dx, x), tf.sum(weighted, rows), tf.sum(dy, rows)];
}

import type { Tensor, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { fuse } from "./fuse.ts";
import { castLike, toFloat32 } from "./precision.ts";

/**
 * Computes scaled dot-product attention of several heads (Vaswani et al. 2017, section 3.2): softmax(q·kᵀ / √d)·v for
 * each head. The input holds queries, keys and values side by side, `[N, T, 3C]`, each in heads of d = C / heads
 * channels; the output holds the heads side by side, `[N, T, C]`.
 */
export function attention(qkv: Tensor3D, heads: number): Tensor3D {
  const [batch, tokens, width] = qkv.shape, channels = width / 3, size = channels / heads;
  const parts = tf.transpose(tf.reshape(qkv, [batch, tokens, 3, heads, size]), [2, 0, 3, 1, 4]);
  const [q, k, v] = tf.unstack(parts) as Tensor4D[];
  const made = attend(tf.mul(q, 1 / Math.sqrt(size)), k, v);
  return tf.reshape(tf.transpose(made, [0, 2, 1, 3]), [batch, tokens, channels]);
}

/**
 * Computes softmax(q·kᵀ)·v, all `[N, heads, T, d]`. The gradient of a softmax subtracts from each row of dP its mean
 * weighted by P, which is also the product of the output and its gradient (Dao et al. 2022, appendix B.2): d numbers a
 * row in place of T. The softmax is float32.
 */
function attend(q: Tensor4D, k: Tensor4D, v: Tensor4D): Tensor4D {
  return tf.customGrad((q, k, v, save) => {
    const logits = tf.matMul(q as Tensor, k as Tensor, false, true);
    const shares = castLike(tf.softmax(toFloat32(logits)), logits);
    const value = tf.matMul(shares, v as Tensor);
    (save as tf.GradSaveFunc)([q, k, v, shares, value] as Tensor[]);
    return {
      value,
      gradFunc: (dy: Tensor, [q, k, v, shares, value]: Tensor[]) => {
        const dShares = tf.matMul(dy, v, false, true);
        const [dLogits] = fuse("softmax gradient", [dShares, shares, dy, value], softmaxGradient);
        return [tf.matMul(dLogits, k), tf.matMul(dLogits, q, true), tf.matMul(shares, dy, true)];
      },
    };
  })(q, k, v) as Tensor4D;
}

function softmaxGradient(dShares: Tensor, shares: Tensor, dy: Tensor, value: Tensor): Tensor[] {
  const mean = tf.sum(tf.mul(toFloat32(dy), toFloat32(value)), -1, true);
  return [castLike(tf.mul(toFloat32(shares), tf.sub(toFloat32(dShares), mean)), shares)];
}

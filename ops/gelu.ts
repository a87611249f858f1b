import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** x · Φ(x), Φ the normal distribution (Hendrycks & Gimpel 2016), by the error function: no approximation. */
export function gelu<X extends Tensor>(x: X): X {
  return tf.customGrad((x, save) => {
    const share = tf.add(tf.mul(tf.erf(tf.mul(x as Tensor, Math.SQRT1_2)), 0.5), 0.5);
    (save as tf.GradSaveFunc)([x as Tensor, share]);
    return {
      value: tf.mul(x as Tensor, share),
      gradFunc: (dy: Tensor, [x, share]: Tensor[]) => {
        const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
        return tf.mul(dy, tf.add(share, tf.mul(x, density)));
      },
    };
  })(x) as X;
}

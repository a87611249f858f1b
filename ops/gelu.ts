import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { fuse } from "./fuse.ts";
import { like, toFloat32 } from "./precision.ts";

/**
 * x · Φ(x), Φ the distribution function of the normal distribution (Hendrycks & Gimpel 2016), by the error function: no
 * approximation. Computed in float32 whatever x is.
 */
export function gelu<X extends Tensor>(x: X): X {
  return tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([x as Tensor]);
    return {
      value: fuse("gelu", [x as Tensor], forward)[0],
      gradFunc: (dy: Tensor, [x]: Tensor[]) => fuse("gelu gradient", [x, dy], backward)[0],
    };
  })(x) as X;
}

/** Φ(x) */
const share = (x: Tensor) => tf.add(tf.mul(tf.erf(tf.mul(x, Math.SQRT1_2)), 0.5), 0.5);

function forward(given: Tensor): Tensor[] {
  const x = toFloat32(given);
  return [like(tf.mul(x, share(x)), given)];
}

function backward(given: Tensor, dy: Tensor): Tensor[] {
  const x = toFloat32(given);
  const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return [like(tf.mul(toFloat32(dy), tf.add(share(x), tf.mul(x, density))), given)];
}

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { fuse } from "./fuse.ts";
import { castLike, toFloat32 } from "./precision.ts";

/**
 * Computes x · Φ(x), where Φ is the normal distribution function (Hendrycks & Gimpel 2016), by the error function and
 * not by an approximation; in float32 for every precision of x.
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

/** Φ(x), the share of each x that passes. */
const share = (x: Tensor) => tf.add(tf.mul(tf.erf(tf.mul(x, Math.SQRT1_2)), 0.5), 0.5);

function forward(given: Tensor): Tensor[] {
  const x = toFloat32(given);
  return [castLike(tf.mul(x, share(x)), given)];
}

function backward(given: Tensor, dy: Tensor): Tensor[] {
  const x = toFloat32(given);
  const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return [castLike(tf.mul(toFloat32(dy), tf.add(share(x), tf.mul(x, density))), given)];
}

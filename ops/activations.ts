import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/**
 * x · σ(x), also called Swish (Ramachandran et al. 2017). The product rule gives its gradient: dy · σ and one pass of
 * σ's own.
 */
export function silu<X extends Tensor>(x: X): X {
  return tf.mul(x, tf.sigmoid(x));
}

/** min(max(x + 3, 0), 6) / 6, a piecewise linear sigmoid (Howard et al. 2019). */
export function hardSigmoid<X extends Tensor>(x: X): X {
  return tf.mul(tf.relu6(tf.add(x, 3)), 1 / 6);
}

/** x · hardSigmoid(x) (Howard et al. 2019). */
export function hardSwish<X extends Tensor>(x: X): X {
  return tf.mul(x, hardSigmoid(x));
}

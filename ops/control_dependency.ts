import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { nativeBackend } from "./native.ts";

/**
 * Makes `x` wait for `dependency` (a control dependency): in a traced function, nothing that is computed from the
 * returned tensor starts before `dependency` is there. Values and gradients are those of `x`.
 */
export function withControlDependency<X extends Tensor>(x: X, dependency: Tensor): X {
  return tf.customGrad((x) => {
    if (!(x instanceof tf.Tensor)) throw new TypeError("withControlDependency takes two tensors");
    const value = nativeBackend()?.withControlDependency(x, dependency) ?? x.clone();
    return { value, gradFunc: (dy: Tensor) => dy.clone() };
  })(x) as X;
}

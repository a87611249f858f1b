import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { nativeBackend } from "./native.ts";

/** x, which in a traced function is not to be had before `gate` is: what is computed of it waits. */
export function after<X extends Tensor>(x: X, gate: Tensor): X {
  return tf.customGrad((x) => {
    if (!(x instanceof tf.Tensor)) throw new TypeError("after takes two tensors");
    return { value: nativeBackend()?.after(x, gate) ?? x.clone(), gradFunc: (dy: Tensor) => dy.clone() };
  })(x) as X;
}

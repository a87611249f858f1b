import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { nativeBackend } from "./native.ts";

/**
 * Makes a float32 tensor whose values `fill` writes. On the native backend it writes into the tensor's memory, without
 * a second copy.
 */
export function filled(shape: readonly number[], fill: (values: Float32Array) => void): Tensor {
  const backend = nativeBackend();
  if (backend) return backend.filled(shape, fill);
  const values = new Float32Array(tf.util.sizeFromShape([...shape]));
  fill(values);
  return tf.tensor(values, [...shape], "float32");
}

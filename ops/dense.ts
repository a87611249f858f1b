import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { prefersFloat32 } from "./algorithm.ts";
import { biasAdd } from "./bias_add.ts";
import { castLike, toFloat32 } from "./precision.ts";

/** Computes x · kernel + bias over the last axis: `[…, C]` with `[C, units]` and `[units]` → `[…, units]`. */
export function dense(x: Tensor, kernel: Tensor, bias?: Tensor): Tensor {
  const [channels, units] = kernel.shape, leading = x.shape.slice(0, -1);
  const flat: Tensor2D = tf.reshape(x, [x.size / channels, channels]);
  const rows = prefersFloat32(flat.shape[0], kernel) ? toFloat32(flat) : flat;
  const product = tf.matMul(rows, castLike(kernel as Tensor2D, rows));
  const output = bias ? biasAdd(product, castLike(bias, product)) : product;
  return tf.reshape(output, [...leading, units]);
}

import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { hasKernel, nativeKernel, runNative, T } from "./native.ts";

/** √Σ‖t‖² over all tensors: the norm of a gradient in many pieces. */
export function globalNorm(tensors: readonly Tensor[]): Scalar {
  const halves = hasKernel("L2Loss")
    ? tensors.map((x) => runNative<Scalar>("L2Loss", { x }))
    : tensors.map((x) => tf.mul(tf.sum<Scalar>(tf.square(x)), 0.5));
  return tf.sqrt(tf.mul(tf.addN(halves), 2));
}

export const globalNormKernels = [
  // Σ x² / 2 in one pass
  nativeKernel("L2Loss", ({ inputs: { x }, backend }) => backend.executeSingleOutput("L2Loss", [T], [x])),
];

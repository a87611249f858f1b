import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { hasKernel, nativeBackend, nativeKernel, runNative, T } from "./native.ts";

/** Computes √Σ‖t‖² over all tensors: the norm of a gradient in many pieces. */
export function globalNorm(tensors: readonly Tensor[]): Scalar {
  return tf.sqrt(tf.mul(tf.addN(tensors.map(halfSquaredNorm)), 2));
}

function halfSquaredNorm(x: Tensor): Scalar {
  const factors = nativeBackend()?.factorsOf(x);
  if (factors && isGramFaster(factors)) {
    const [gramA, gramB] = factors.map((factor) => tf.matMul(factor, factor, false, true));
    return tf.mul(tf.sum<Scalar>(tf.mul(gramA, gramB)), 0.5);
  }
  return hasKernel("L2Loss") ? runNative("L2Loss", { x }) : tf.mul(tf.sum<Scalar>(tf.square(x)), 0.5);
}

/** Whether ‖aᵀb‖² = Σ aaᵀ ∘ bbᵀ, which needs two small matrices in place of a large one, is faster. */
function isGramFaster([a, b]: readonly [Tensor, Tensor]): boolean {
  const rows = a.shape[0], [columnsA, columnsB] = [a.shape[1] ?? 1, b.shape[1] ?? 1];
  return columnsA * columnsB >= 2 ** 20 && 4 * rows <= Math.min(columnsA, columnsB);
}

export const globalNormKernels = [
  // computes Σ x² / 2 in one pass
  nativeKernel("L2Loss", ({ inputs: { x }, backend }) => backend.executeSingleOutput("L2Loss", [T], [x])),
];

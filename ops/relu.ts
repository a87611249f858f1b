import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { hasKernel, nativeKernel, runNative, T } from "./native.ts";

const inputs = new WeakMap<Tensor, Tensor>();

/** max(x, 0). */
export function relu<X extends Tensor>(x: X): X {
  const y = tf.relu(x);
  inputs.set(y, x);
  return y;
}

/**
 * What {@linkcode relu} made a tensor of, where that still exists. A maximum may be taken of it first: the values are the same, and a
 * pooled image's ReLU and its gradient are a quarter of the work.
 */
export function reluInput(y: Tensor): Tensor | undefined {
  const x = inputs.get(y);
  return x?.isDisposed ? undefined : x;
}

export const reluKernels = [
  nativeKernel("ReluGrad", ({ inputs: { dy, y }, backend }) => backend.executeSingleOutput("ReluGrad", [T], [dy, y])),
];

/** The gradient of tfjs's `Relu`: one pass natively, tfjs's own composition elsewhere (a gradient is global over backends). */
export const reluGradient: tf.GradConfig = {
  kernelName: "Relu",
  inputsToSave: [],
  outputsToSave: [true],
  gradFunc: (dy, [y]) => {
    if (Array.isArray(dy)) throw new TypeError("Relu has one output");
    return {
      x: () => hasKernel("ReluGrad") ? runNative("ReluGrad", { dy, y }) : tf.mul(dy, tf.cast(tf.step(y), "float32")),
    };
  },
};

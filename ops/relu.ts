import * as tf from "@tensorflow/tfjs-core";
import { hasKernel, nativeKernel, runNative, T } from "./native.ts";

export const reluKernels = [
  nativeKernel("ReluGrad", ({ inputs: { dy, y }, backend }) => backend.executeSingleOutput("ReluGrad", [T], [dy, y])),
];

/** Of tfjs's `Relu`: one pass natively, tfjs's own composition elsewhere (a gradient is global over backends). */
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

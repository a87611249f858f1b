import * as tf from "@tensorflow/tfjs-core";
import { hasKernel, nativeKernel, runNative, T } from "./native.ts";

export const sigmoidKernels = [
  nativeKernel(
    "SigmoidGrad",
    ({ inputs: { dy, y }, backend }) => backend.executeSingleOutput("SigmoidGrad", [T], [y, dy]),
  ),
];

/** The gradient of tfjs's `Sigmoid`: dy · y · (1 − y), one pass natively, tfjs's own composition elsewhere (a gradient is global over backends). */
export const sigmoidGradient: tf.GradConfig = {
  kernelName: "Sigmoid",
  inputsToSave: [],
  outputsToSave: [true],
  gradFunc: (dy, [y]) => {
    if (Array.isArray(dy)) throw new TypeError("Sigmoid has one output");
    return {
      x: () => hasKernel("SigmoidGrad") ? runNative("SigmoidGrad", { dy, y }) : tf.mul(dy, tf.mul(y, tf.sub(1, y))),
    };
  },
};

import * as tf from "@tensorflow/tfjs-core";
import { hasKernel, nativeKernel, runNative, T } from "./native.ts";

export const relu6Kernels = [
  nativeKernel("Relu6Grad", ({ inputs: { dy, y }, backend }) => backend.executeSingleOutput("Relu6Grad", [T], [dy, y])),
];

/** The gradient of tfjs's `Relu6`: dy where 0 < y < 6, one pass natively, a composition elsewhere (a gradient is global over backends). */
export const relu6Gradient: tf.GradConfig = {
  kernelName: "Relu6",
  inputsToSave: [],
  outputsToSave: [true],
  gradFunc: (dy, [y]) => {
    if (Array.isArray(dy)) throw new TypeError("Relu6 has one output");
    const inside = () => tf.cast(tf.logicalAnd(tf.greater(y, 0), tf.less(y, 6)), "float32");
    return { x: () => hasKernel("Relu6Grad") ? runNative("Relu6Grad", { dy, y }) : tf.mul(dy, inside()) };
  },
};

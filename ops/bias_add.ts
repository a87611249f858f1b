import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attribute, hasKernel, nativeKernel, runNative, T } from "./native.ts";

/** Adds a bias `[C]` to `[…, C]`. */
export function biasAdd<X extends Tensor>(x: X, bias: Tensor): X {
  return hasKernel("BiasAdd") ? runNative("BiasAdd", { x, bias }) : tf.add(x, bias);
}

const layout = attribute.string("data_format", "NHWC");

export const biasAddKernels = [
  nativeKernel(
    "BiasAdd",
    ({ inputs: { x, bias }, backend }) => backend.executeSingleOutput("BiasAdd", [T, layout], [x, bias]),
  ),
  nativeKernel(
    "BiasAddGrad",
    ({ inputs: { dy }, backend }) => backend.executeSingleOutput("BiasAddGrad", [T, layout], [dy]),
  ),
];

export const biasAddGradient: tf.GradConfig = {
  kernelName: "BiasAdd",
  gradFunc: (dy) => {
    if (Array.isArray(dy)) throw new TypeError("BiasAdd has one output");
    return { x: () => dy.clone(), bias: () => runNative("BiasAddGrad", { dy }) };
  },
};

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { hasKernel, nativeKernel, runNative, T } from "./native.ts";

/** The gradient of one of tfjs's activations, which both kernels compute from `dy` and the activation's output `y`. */
interface ActivationGradient {
  /** The native kernel's inputs, in TensorFlow's order. */
  readonly order: (dy: Tensor, y: Tensor) => Tensor[];
  /** The gradient on a backend without that kernel: tfjs registers one gradient for all backends. */
  readonly composed: (dy: Tensor, y: Tensor) => Tensor;
}

const mask = (dy: Tensor, isPassed: Tensor) => tf.mul(dy, tf.cast(isPassed, "float32"));

const gradients: Readonly<Record<string, ActivationGradient>> = {
  /** dy where y > 0. */
  Relu: { order: (dy, y) => [dy, y], composed: (dy, y) => mask(dy, tf.step(y)) },
  /** dy where 0 < y < 6. */
  Relu6: {
    order: (dy, y) => [dy, y],
    composed: (dy, y) => mask(dy, tf.logicalAnd(tf.greater(y, 0), tf.less(y, 6))),
  },
  /** dy · y · (1 − y). */
  Sigmoid: { order: (dy, y) => [y, dy], composed: (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y))) },
};

/** TensorFlow's kernels for the gradients of activations, each of which takes one pass over the memory. */
export const activationKernels: readonly tf.KernelConfig[] = Object.entries(gradients).map(([name, { order }]) =>
  nativeKernel(
    `${name}Grad`,
    ({ inputs: { dy, y }, backend }) => backend.executeSingleOutput(`${name}Grad`, [T], order(dy, y)),
  )
);

/** Gradients of tfjs's `Relu`, `Relu6` and `Sigmoid` that use these kernels where the backend has them. */
export const activationGradients: readonly tf.GradConfig[] = Object.entries(gradients).map(([name, { composed }]) => ({
  kernelName: name,
  inputsToSave: [],
  outputsToSave: [true],
  gradFunc: (dy, [y]) => {
    if (Array.isArray(dy)) throw new TypeError(`${name} has one output`);
    return { x: () => hasKernel(`${name}Grad`) ? runNative<Tensor>(`${name}Grad`, { dy, y }) : composed(dy, y) };
  },
}));

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type NativeBackend, nativeBackendName } from "./native.ts";

/**
 * Makes the kernels whose result is another shape of the same memory. tfjs's leak check (the flag IS_TEST) must count
 * both as one, as on its other backends: a gradient that saves a product and returns it in another shape leaks nothing.
 */
export const viewKernels = () =>
  ["Reshape", "ExpandDims"].map((kernelName): tf.KernelConfig => {
    const kernel = tf.getKernel(kernelName, nativeBackendName);
    return {
      ...kernel,
      kernelFunc(args) {
        const view = kernel.kernelFunc(args) as Tensor;
        if (tf.env().getBool("IS_TEST")) {
          const [of] = Object.values(args.inputs) as Tensor[];
          (args.backend as NativeBackend).countAsOne(of, view);
        }
        return view;
      },
    };
  });

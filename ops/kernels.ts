import * as tf from "@tensorflow/tfjs-core";
import { activationGradients, activationKernels } from "./activation_gradients.ts";
import { arithmeticKernels, meanGradient } from "./arithmetic.ts";
import { batchNormGradient, batchNormKernels } from "./batch_norm.ts";
import { biasAddGradient, biasAddKernels } from "./bias_add.ts";
import { convolutionGradients, convolutionKernels, takesGroups } from "./convolution_kernels.ts";
import { dropoutKernels } from "./dropout.ts";
import { einsumGradient } from "./einsum.ts";
import { globalNormKernels } from "./global_norm.ts";
import { rangeKernels } from "./int32_range.ts";
import { integerKernels } from "./integers.ts";
import { maxPoolWithArgmaxKernel } from "./max_pool_with_argmax.ts";
import { emptyKernels } from "./empty.ts";
import { padKernel } from "./pad.ts";
import { poolingKernels } from "./pooling.ts";
import { volumePoolingKernels } from "./pooling_3d.ts";
import { precisionGradients, precisionKernels } from "./precision.ts";
import { raggedKernels } from "./ragged.ts";
import { sparseKernels } from "./sparse.ts";
import { textKernels } from "./texts.ts";
import { viewKernels } from "./views.ts";
import { warpKernels } from "./warp.ts";

/**
 * Registers this folder's native kernels, replacing tfjs-node's, and the gradients that use them. The native backend
 * must be in use: this function tries what it supports, which a trace could not.
 */
export function registerNativeKernels(): void {
  const kernels = [
    ...activationKernels,
    ...arithmeticKernels,
    ...batchNormKernels,
    ...biasAddKernels,
    ...convolutionKernels,
    ...dropoutKernels,
    ...emptyKernels(),
    ...globalNormKernels,
    ...integerKernels,
    maxPoolWithArgmaxKernel,
    ...poolingKernels,
    ...precisionKernels,
    ...raggedKernels,
    ...sparseKernels,
    ...textKernels,
    ...volumePoolingKernels,
    ...warpKernels,
  ];
  kernels.forEach(register);
  register(padKernel());
  rangeKernels().forEach(register);
  viewKernels().forEach(register);
  const gradients = [
    ...activationGradients,
    batchNormGradient,
    biasAddGradient,
    ...convolutionGradients(),
    einsumGradient,
    meanGradient,
    ...precisionGradients,
  ];
  for (const gradient of gradients) {
    if (tf.getGradient(gradient.kernelName)) tf.unregisterGradient(gradient.kernelName);
    tf.registerGradient(gradient);
  }
  takesGroups();
}

/** Registers a kernel, replacing any other of its name. */
function register(kernel: tf.KernelConfig): void {
  if (tf.getKernel(kernel.kernelName, kernel.backendName)) tf.unregisterKernel(kernel.kernelName, kernel.backendName);
  tf.registerKernel(kernel);
}

import type { KernelConfig, NamedAttrMap, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { nativeBackendName } from "./native.ts";

/**
 * The result of a window op where there is nothing to compute: zeros, since a sum over nothing is 0; `undefined` where there is
 * something. Of empty images oneDNN's convolutions (TensorFlow 2.21) return the input's shape, and the gradient of its pooling
 * ends the process.
 */
export function ofNothing(shape: readonly number[], ...inputs: readonly Tensor[]): Tensor | undefined {
  const isNothing = shape.includes(0) || inputs.some(({ size }) => size === 0);
  return isNothing ? tf.zeros([...shape]) : undefined;
}

type Inputs = Record<string, TensorInfo>;

/** tfjs-node's kernel, but for empty results, whose shape `outShape` tells. */
function unlessEmpty<Attributes>(
  kernelName: string,
  outShape: (inputs: Inputs, attributes: Attributes) => readonly number[],
): KernelConfig {
  const kernel = tf.getKernel(kernelName, nativeBackendName);
  return {
    ...kernel,
    kernelFunc: (args) =>
      ofNothing(outShape(args.inputs as Inputs, args.attrs as NamedAttrMap & Attributes)) ?? kernel.kernelFunc(args),
  };
}

const image = ({ x, filter }: Inputs, isDepthwise: boolean, attributes: tf.FusedConv2DAttrs) =>
  tf.backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number, number],
    attributes.strides,
    attributes.dilations,
    attributes.pad,
    attributes.dimRoundingMode,
    isDepthwise,
    attributes.dataFormat === "NCHW" ? "channelsFirst" : "channelsLast",
  ).outShape;

/** The convolutions that stay tfjs-node's. */
export const emptyKernels = () => [
  unlessEmpty<tf.FusedConv2DAttrs>("FusedConv2D", (inputs, attributes) => image(inputs, false, attributes)),
  unlessEmpty<tf.FusedConv2DAttrs>("FusedDepthwiseConv2D", (inputs, attributes) => image(inputs, true, attributes)),
  unlessEmpty<tf.Conv3DAttrs>(
    "Conv3D",
    ({ x, filter }, { strides, dilations, pad }) =>
      tf.backend_util.computeConv3DInfo(
        x.shape as [number, number, number, number, number],
        filter.shape as [number, number, number, number, number],
        strides,
        dilations,
        pad,
      ).outShape,
  ),
];

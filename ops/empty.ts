import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type Call, precededBy } from "./native.ts";

/**
 * The result of a window op on empty tensors: zeros, since an empty sum is 0; `undefined` if there is something to
 * compute. For empty images, oneDNN's convolutions (TensorFlow 2.21) return the input's shape, and the gradient of its
 * pooling ends the process.
 */
export function emptyResult(shape: readonly number[], ...inputs: readonly Tensor[]): Tensor | undefined {
  const isEmpty = shape.includes(0) || inputs.some(({ size }) => size === 0);
  return isEmpty ? tf.zeros([...shape]) : undefined;
}

type Shape4 = [number, number, number, number];
type Shape5 = [number, number, number, number, number];

function emptyImages({ inputs: { x, filter }, attrs }: Call, isDepthwise: boolean): Tensor | undefined {
  const { strides, dilations, pad, dimRoundingMode, dataFormat } = attrs as tf.FusedConv2DAttrs;
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as Shape4,
    filter.shape as Shape4,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    isDepthwise,
    dataFormat === "NCHW" ? "channelsFirst" : "channelsLast",
  );
  return emptyResult(info.outShape);
}

function emptyVolumes({ inputs: { x, filter }, attrs }: Call): Tensor | undefined {
  const { strides, dilations, pad } = attrs as tf.Conv3DAttrs;
  const info = tf.backend_util.computeConv3DInfo(x.shape as Shape5, filter.shape as Shape5, strides, dilations, pad);
  return emptyResult(info.outShape);
}

/** tfjs-node's convolutions, which return zeros for an empty result. */
export const emptyKernels = () => [
  precededBy("FusedConv2D", (call) => emptyImages(call, false)),
  precededBy("FusedDepthwiseConv2D", (call) => emptyImages(call, true)),
  precededBy("Conv3D", emptyVolumes),
];

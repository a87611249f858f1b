import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { prefersWinograd } from "./algorithm.ts";
import { attribute, int32, nativeKernel, shape4 } from "./native.ts";
import { paddedShape, padTensor, type Pair, place, unpadTensor, windowAttributes } from "./window.ts";
import { winograd } from "./winograd.ts";

/** How a convolution's window moves. */
export interface ConvolutionOptions {
  readonly stride: Pair;
  /** Zeros on each side, or "same" (stride 1 only). */
  readonly padding: Pair | "same";
  readonly dilation: Pair;
  /** The channels are split into this many groups that do not see each other. */
  readonly groups: number;
}

/**
 * Two-dimensional convolution as in PyTorch: `[N, H, W, C]` with `[kh, kw, C / groups, F]` → `[N, H', W', F]`;
 * H' = ⌊(H + 2·padding − dilation·(kh − 1) − 1) / stride⌋ + 1.
 */
export function convolution(
  x: Tensor4D,
  kernel: Tensor4D,
  { stride, padding, dilation, groups }: ConvolutionOptions,
): Tensor4D {
  if (groups > 1) {
    const inputs = tf.split<Tensor4D>(x, groups, 3), kernels = tf.split<Tensor4D>(kernel, groups, 3);
    const one = { stride, padding, dilation, groups: 1 };
    return tf.concat(inputs.map((input, group) => convolution(input, kernels[group], one)), 3);
  }
  if (isUnit(kernel, stride, padding, dilation)) {
    const [batch, height, width, inputs] = x.shape, outputs = kernel.shape[3];
    if (prefersWinograd({ batch, height, width, inputs, outputs })) return winograd(x, kernel);
  }
  const window = dilation[0] > 1 || dilation[1] > 1 ? dilate(kernel, dilation) : kernel;
  const pad = padding === "same" ? padding : explicit(padding);
  return tf.conv2d(x, window, [...stride], pad, "NHWC", 1, typeof pad === "string" ? undefined : "floor");
}

/** 3×3, stride 1, one row of zeros around: what Winograd's algorithm is for. */
function isUnit(
  kernel: Tensor4D,
  stride: ConvolutionOptions["stride"],
  padding: ConvolutionOptions["padding"],
  dilation: ConvolutionOptions["dilation"],
): boolean {
  const [height, width] = kernel.shape;
  const numbers = [height - 2, width - 2, ...stride, ...dilation, ...(padding === "same" ? [1, 1] : padding)];
  return numbers.every((number) => number === 1);
}

function explicit([height, width]: Pair): "valid" | [[0, 0], [number, number], [number, number], [0, 0]] {
  return height || width ? [[0, 0], [height, height], [width, width], [0, 0]] : "valid";
}

/** The kernel with zeros between its taps: tfjs has no gradient of a dilated convolution on any backend. */
function dilate(kernel: Tensor4D, [down, across]: Pair): Tensor4D {
  const [height, width, inputs, outputs] = kernel.shape;
  const taps = tf.reshape(kernel, [height, 1, width, 1, inputs * outputs]);
  const spread = tf.pad(taps, [[0, 0], [0, down - 1], [0, 0], [0, across - 1], [0, 0]]);
  const shape: [number, number, number, number] = [height * down, width * across, inputs, outputs];
  return tf.slice(tf.reshape<tf.Rank.R4>(spread, shape), [0, 0, 0, 0], [
    (height - 1) * down + 1,
    (width - 1) * across + 1,
    inputs,
    outputs,
  ]);
}

const { computeConv2DInfo } = tf.backend_util;

/** tfjs's three convolution kernels with any padding, on the kernels that oneDNN is fastest with. */
export const convolutionKernels = [
  nativeKernel("Conv2D", ({ inputs: { x, filter }, attrs, backend }) => {
    const { strides, pad, dilations, dimRoundingMode } = attrs;
    const window = computeConv2DInfo(shape4(x), shape4(filter), strides, dilations, pad, dimRoundingMode ?? "floor");
    const { padding, pads } = place(window);
    const attributes = [
      ...windowAttributes(window, padding),
      attribute.int("dilations", [1, window.dilationHeight, window.dilationWidth, 1]),
    ];
    return backend.executeSingleOutput("Conv2D", attributes, [pads ? padTensor(backend, x, pads) : x, filter]);
  }),
  nativeKernel("Conv2DBackpropInput", ({ inputs: { dy, filter }, attrs, backend }) => {
    const { strides, pad, inputShape, dimRoundingMode } = attrs;
    const window = computeConv2DInfo(inputShape, shape4(filter), strides, 1, pad, dimRoundingMode ?? "floor");
    const { padding, pads } = place(window);
    const shape = pads ? paddedShape(inputShape, pads) : inputShape;
    const inputs = [int32(shape), filter, dy];
    const dx = backend.executeSingleOutput("Conv2DBackpropInput", windowAttributes(window, padding), inputs);
    return pads ? unpadTensor(backend, dx, pads, inputShape) : dx;
  }),
  nativeKernel("Conv2DBackpropFilter", ({ inputs: { x, dy }, attrs, backend }) => {
    const { strides, pad, filterShape, dimRoundingMode } = attrs;
    const window = computeConv2DInfo(shape4(x), filterShape, strides, 1, pad, dimRoundingMode ?? "floor");
    const { padding, pads } = place(window);
    const inputs = [pads ? padTensor(backend, x, pads) : x, int32(filterShape), dy];
    return backend.executeSingleOutput("Conv2DBackpropFilter", windowAttributes(window, padding), inputs);
  }),
];

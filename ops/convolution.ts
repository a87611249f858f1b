import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { prefersWinograd } from "./algorithm.ts";
import { takesGroups } from "./convolution_kernels.ts";
import { nativeBackend, runNative } from "./native.ts";
import { precisionOf } from "./precision.ts";
import { dilate, type Pair } from "./window.ts";
import { winograd } from "./winograd.ts";

/** How a convolution's window moves. */
export interface ConvolutionOptions {
  /** Rows and columns from one window to the next. */
  readonly stride: Pair;
  /** Zeros on each side, or "same" (stride 1 only). */
  readonly padding: Pair | "same";
  /** Rows and columns from one tap to the next. */
  readonly dilation: Pair;
  /** The number of groups of channels that do not see each other. */
  readonly groups: number;
}

/**
 * Convolves images as PyTorch does: `[N, H, W, C]` with `[kh, kw, C / groups, F]` → `[N, H', W', F]`;
 * H' = ⌊(H + 2·padding − dilation·(kh − 1) − 1) / stride⌋ + 1.
 */
export function convolution(
  x: Tensor4D,
  kernel: Tensor4D,
  { stride, padding, dilation, groups }: ConvolutionOptions,
): Tensor4D {
  const native = nativeBackend() !== undefined;
  if (groups > 1 && !(native && takesGroups())) {
    const inputs = tf.split<Tensor4D>(x, groups, 3), kernels = tf.split<Tensor4D>(kernel, groups, 3);
    const one = { stride, padding, dilation, groups: 1 };
    return tf.concat(inputs.map((input, group) => convolution(input, kernels[group], one)), 3);
  }
  if (groups === 1 && keepsSize(kernel, stride, padding, dilation)) {
    const [batch, height, width, inputs] = x.shape, [side, , , outputs] = kernel.shape;
    const shape = { precision: precisionOf(x), kernel: side, batch, height, width, inputs, outputs };
    if (prefersWinograd(shape)) return winograd(x, kernel);
  }
  const strides: [number, number] = [...stride];
  const pad = padding === "same" ? padding : explicit(padding);
  const dimRoundingMode = typeof pad === "string" ? undefined : "floor";
  if (native) {
    const attributes = { strides, pad, dataFormat: "NHWC", dilations: [...dilation], dimRoundingMode };
    return runNative("Conv2D", { x, filter: kernel }, attributes);
  }
  return tf.conv2d(x, dilate(kernel, dilation), strides, pad, "NHWC", 1, dimRoundingMode);
}

/** Whether a convolution has a square kernel, stride 1 and half a window of padding, as Winograd's algorithm needs. */
function keepsSize(
  kernel: Tensor4D,
  stride: ConvolutionOptions["stride"],
  padding: ConvolutionOptions["padding"],
  dilation: ConvolutionOptions["dilation"],
): boolean {
  const [height, width] = kernel.shape;
  const half = padding === "same" || padding.every((zeros) => 2 * zeros === height - 1);
  return height === width && half && [...stride, ...dilation].every((number) => number === 1);
}

function explicit([height, width]: Pair): "valid" | [[0, 0], [number, number], [number, number], [0, 0]] {
  return height || width ? [[0, 0], [height, height], [width, width], [0, 0]] : "valid";
}

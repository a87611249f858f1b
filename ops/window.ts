import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type Attribute, attribute, int32, type NativeBackend, T, types } from "./native.ts";

/** Height, then width. */
export type Pair = readonly [number, number];

/** The geometry of a sliding window, as tfjs computes it (`backend_util.computeConv2DInfo`, `computePool2DInfo`). */
export type Window = Pick<
  tf.backend_util.Conv2DInfo,
  | "outShape"
  | "inHeight"
  | "inWidth"
  | "outHeight"
  | "outWidth"
  | "filterHeight"
  | "filterWidth"
  | "strideHeight"
  | "strideWidth"
  | "dilationHeight"
  | "dilationWidth"
  | "padInfo"
>;

/** Rows and columns added around `[N, H, W, C]`: `[before, after]` for each of the four axes. */
export type Pads = readonly [Pair, Pair, Pair, Pair];

/** A window as TensorFlow gets it, never with EXPLICIT padding, which oneDNN's kernels do not support. */
export interface Placement {
  readonly padding: "SAME" | "VALID";
  /** Padding to add first; absent if TensorFlow's own placement is the same. */
  readonly pads?: Pads;
}

/**
 * Places a window. Stride 1 with half a window of padding is SAME; anything else is padded first, only as far as the
 * last window reaches (windows that do not fit are dropped, as in PyTorch), and then VALID.
 */
export function place(window: Window): Placement {
  const { padInfo, strideHeight, strideWidth } = window;
  if (padInfo.type === "SAME") return { padding: "SAME" };
  const { top, bottom, left, right } = padInfo;
  const reachHeight = (window.filterHeight - 1) * window.dilationHeight;
  const reachWidth = (window.filterWidth - 1) * window.dilationWidth;
  const half = top === bottom && left === right && 2 * top === reachHeight && 2 * left === reachWidth;
  if (strideHeight === 1 && strideWidth === 1 && half) return { padding: top || left ? "SAME" : "VALID" };
  const below = Math.max(0, (window.outHeight - 1) * strideHeight + reachHeight + 1 - window.inHeight - top);
  const beside = Math.max(0, (window.outWidth - 1) * strideWidth + reachWidth + 1 - window.inWidth - left);
  if (!(top || left || below || beside)) return { padding: "VALID" };
  return { padding: "VALID", pads: [[0, 0], [top, below], [left, beside], [0, 0]] };
}

/** The shape of `[N, H, W, C]` after padding. */
export function paddedShape(shape: readonly number[], pads: Pads): number[] {
  return shape.map((size, axis) => size + pads[axis][0] + pads[axis][1]);
}

/** Pads with a value, natively. */
export function padTensor(backend: NativeBackend, x: Tensor, pads: Pads, value = 0): Tensor {
  const paddings = int32(pads.flat(), [4, 2]);
  const attributes = [T, attribute.type("Tpaddings", types.int32)];
  return value === 0
    ? backend.executeSingleOutput("Pad", attributes, [x, paddings])
    : backend.executeSingleOutput("PadV2", attributes, [x, paddings, tf.scalar(value)]);
}

/** Removes the padding of a gradient, natively. */
export function unpadTensor(backend: NativeBackend, x: Tensor, pads: Pads, shape: readonly number[]): Tensor {
  return sliceTensor(backend, x, pads.map(([before]) => before), shape);
}

/** Slices a tensor, natively. */
export function sliceTensor(
  backend: NativeBackend,
  x: Tensor,
  begin: readonly number[],
  size: readonly number[],
): Tensor {
  const attributes = [T, attribute.type("Index", types.int32)];
  return backend.executeSingleOutput("Slice", attributes, [x, int32([...begin]), int32([...size])]);
}

/** The attributes that all window ops have. */
export function windowAttributes(window: Window, padding: Placement["padding"]): Attribute[] {
  return [
    T,
    attribute.int("strides", [1, window.strideHeight, window.strideWidth, 1]),
    attribute.string("padding", padding),
    attribute.string("data_format", "NHWC"),
  ];
}

/**
 * Puts zeros between the taps of a kernel `[kh, kw, …]`: a dilated convolution, for which tfjs has no gradient, as a
 * plain one.
 */
export function dilate(kernel: Tensor4D, [down, across]: Pair): Tensor4D {
  if (down === 1 && across === 1) return kernel;
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

import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type Attribute, attribute, int32, type NativeBackend, T, types } from "./native.ts";

/** Height, then width. */
export type Pair = readonly [number, number];

/** What tfjs computes of a sliding window (`backend_util.computeConv2DInfo`, `computePool2DInfo`). */
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

/** How a window is given to TensorFlow: never as EXPLICIT padding, which oneDNN's kernels do not take. */
export interface Placement {
  readonly padding: "SAME" | "VALID";
  /** Padding to add first; absent where TensorFlow's own placement is the same. */
  readonly pads?: Pads;
}

/**
 * Stride 1 with half-a-window padding is SAME; all else is padded first, only as far as the last window reaches
 * (windows that do not fit are dropped, as PyTorch does), and then VALID.
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

/** The shape of `[N, H, W, C]` with its padding. */
export function paddedShape(shape: readonly number[], pads: Pads): number[] {
  return shape.map((size, axis) => size + pads[axis][0] + pads[axis][1]);
}

/** Adds padding of a value, natively. */
export function padTensor(backend: NativeBackend, x: Tensor, pads: Pads, value = 0): Tensor {
  const paddings = int32(pads.flat(), [4, 2]);
  const attributes = [T, attribute.type("Tpaddings", types.int32)];
  return value === 0
    ? backend.executeSingleOutput("Pad", attributes, [x, paddings])
    : backend.executeSingleOutput("PadV2", attributes, [x, paddings, tf.scalar(value)]);
}

/** Takes the padding of a gradient off again, natively. */
export function unpadTensor(backend: NativeBackend, x: Tensor, pads: Pads, shape: readonly number[]): Tensor {
  return sliceTensor(backend, x, pads.map(([before]) => before), shape);
}

/** A part of a tensor, natively. */
export function sliceTensor(
  backend: NativeBackend,
  x: Tensor,
  begin: readonly number[],
  size: readonly number[],
): Tensor {
  const attributes = [T, attribute.type("Index", types.int32)];
  return backend.executeSingleOutput("Slice", attributes, [x, int32([...begin]), int32([...size])]);
}

/** The attributes that every window op takes. */
export function windowAttributes(window: Window, padding: Placement["padding"]): Attribute[] {
  return [
    T,
    attribute.int("strides", [1, window.strideHeight, window.strideWidth, 1]),
    attribute.string("padding", padding),
    attribute.string("data_format", "NHWC"),
  ];
}

/** A kernel `[kh, kw, …]` with zeros between its taps, which convolves as the kernel dilated: there tfjs has no gradient. */
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

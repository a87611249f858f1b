import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attribute, int32, nativeKernel, shape4 } from "./native.ts";
import { emptyResult } from "./empty.ts";
import { paddedShape, padTensor, type Pair, place, unpadTensor, type Window, windowAttributes } from "./window.ts";

/** How a pooling window moves. */
export interface PoolingOptions {
  /** Height and width of the window. */
  readonly size: Pair;
  /** Rows and columns from one window to the next. */
  readonly stride: Pair;
  /** Padding on each side; at most half the window. */
  readonly padding: Pair;
}

/**
 * Takes the maximum of each window, `[N, H, W, C]` → `[N, H', W', C]`; padding is never the maximum. H' is PyTorch's
 * (floor).
 */
export function maxPool(x: Tensor4D, { size, stride, padding: [height, width] }: PoolingOptions): Tensor4D {
  return height || width
    ? tf.maxPool(x, [...size], [...stride], [[0, 0], [height, height], [width, width], [0, 0]], "floor")
    : tf.maxPool(x, [...size], [...stride], "valid");
}

/**
 * Takes the mean of each window, `[N, H, W, C]` → `[N, H', W', C]`; padding counts as zeros, which is PyTorch's
 * default.
 */
export function averagePool(x: Tensor4D, { size, stride, padding: [height, width] }: PoolingOptions): Tensor4D {
  const padded: Tensor4D = height || width ? tf.pad(x, [[0, 0], [height, height], [width, width], [0, 0]]) : x;
  return tf.avgPool(padded, [...size], [...stride], "valid");
}

/** Padding for maxima: below every activation, but finite, since infinity times a gradient's zero is NaN. */
const lowest = -3e38;

type Pool2DInfo = Parameters<typeof tf.backend_util.computePool2DInfo>;

/** The attributes that tfjs gives a pooling or its gradient. */
interface Attributes {
  filterSize: Pool2DInfo[1];
  strides: Pool2DInfo[2];
  pad: Pool2DInfo[4];
  dimRoundingMode?: Pool2DInfo[5];
}

function poolWindow(x: tf.Tensor, attributes: Attributes, dy?: tf.Tensor) {
  const { filterSize, strides, pad, dimRoundingMode = "floor" } = attributes;
  const inferred = tf.backend_util.computePool2DInfo(shape4(x), filterSize, strides, 1, pad, dimRoundingMode);
  // tfjs does not say how its gradients' sizes were rounded
  const window = dy ? { ...inferred, outHeight: shape4(dy)[1], outWidth: shape4(dy)[2] } : inferred;
  const { padding, pads } = place(window);
  const size = attribute.int("ksize", [1, window.filterHeight, window.filterWidth, 1]);
  return { attributes: [...windowAttributes(window, padding), size], pads, window };
}

/**
 * The factors, `[1, H', W', 1]`, that turn means over padded windows into means over the image alone, as tfjs defines
 * them: the window's size divided by the part of it inside the image.
 */
function inside(window: Window): Tensor4D {
  const { inHeight, inWidth, filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth } = window;
  const covered = (places: number, size: number, reach: number, stride: number, before: number) =>
    Array.from({ length: places }, (_, i) => {
      const start = i * stride - before;
      return Math.min(start + reach, size) - Math.max(start, 0);
    });
  const rows = covered(outHeight, inHeight, filterHeight, strideHeight, window.padInfo.top);
  const columns = covered(outWidth, inWidth, filterWidth, strideWidth, window.padInfo.left);
  const factors = rows.flatMap((row) => columns.map((column) => filterHeight * filterWidth / (row * column)));
  return tf.tensor4d(factors, [1, outHeight, outWidth, 1]);
}

/**
 * Whether tfjs returns the image itself: every backend does for 1×1 windows, as many as pixels, at any stride and
 * padding.
 */
function isImage({ filterHeight, filterWidth, inHeight, inWidth, outHeight, outWidth }: Window): boolean {
  return filterHeight === 1 && filterWidth === 1 && outHeight === inHeight && outWidth === inWidth;
}

/** The kernels of tfjs's pooling and its gradients, for any padding. */
export const poolingKernels = [
  nativeKernel<Attributes>("MaxPool", ({ inputs: { x }, attrs, backend }) => {
    const { attributes, pads, window } = poolWindow(x, attrs);
    if (isImage(window)) return tf.clone(x);
    return emptyResult(window.outShape, x) ??
      backend.executeSingleOutput("MaxPool", attributes, [pads ? padTensor(backend, x, pads, lowest) : x]);
  }),
  nativeKernel<Attributes>("MaxPoolGrad", ({ inputs: { dy, input, output }, attrs, backend }) => {
    const { attributes, pads, window } = poolWindow(input, attrs, dy);
    if (isImage(window)) return tf.clone(dy);
    const none = emptyResult(input.shape, dy);
    if (none) return none;
    const padded = pads ? padTensor(backend, input, pads, lowest) : input;
    const dx = backend.executeSingleOutput("MaxPoolGrad", attributes, [padded, output, dy]);
    return pads ? unpadTensor(backend, dx, pads, input.shape) : dx;
  }),
  nativeKernel<Attributes>("AvgPool", ({ inputs: { x }, attrs, backend }) => {
    const { attributes, pads, window } = poolWindow(x, attrs);
    if (isImage(window)) return tf.clone(x);
    const none = emptyResult(window.outShape, x);
    if (none) return none;
    if (!pads) return backend.executeSingleOutput("AvgPool", attributes, [x]);
    return tf.mul(backend.executeSingleOutput("AvgPool", attributes, [padTensor(backend, x, pads)]), inside(window));
  }),
  nativeKernel<Attributes>("AvgPoolGrad", ({ inputs: { dy, input }, attrs, backend }) => {
    const { attributes, pads, window } = poolWindow(input, attrs, dy);
    if (isImage(window)) return tf.clone(dy);
    const none = emptyResult(input.shape, dy);
    if (none) return none;
    if (!pads) return backend.executeSingleOutput("AvgPoolGrad", attributes, [int32(input.shape), dy]);
    const padded = [int32(paddedShape(input.shape, pads)), tf.mul(dy, inside(window))];
    return unpadTensor(backend, backend.executeSingleOutput("AvgPoolGrad", attributes, padded), pads, input.shape);
  }),
];

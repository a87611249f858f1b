import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attribute, nativeBackend, nativeKernel, shape4 } from "./native.ts";
import { relu, reluInput } from "./relu.ts";
import { padTensor, type Pair, place, unpadTensor, windowAttributes } from "./window.ts";

/** How a pooling window moves. */
export interface PoolingOptions {
  readonly size: Pair;
  readonly stride: Pair;
  /** On each side; at most half the window. */
  readonly padding: Pair;
}

/** Maximum over windows, `[N, H, W, C]` → `[N, H', W', C]`; padding never wins. H' as in PyTorch (floor). */
export function maxPool(x: Tensor4D, options: PoolingOptions): Tensor4D {
  const before = nativeBackend() && reluInput(x);
  return before ? relu(maxOf(before as Tensor4D, options)) : maxOf(x, options);
}

function maxOf(x: Tensor4D, { size, stride, padding: [height, width] }: PoolingOptions): Tensor4D {
  return height || width
    ? tf.maxPool(x, [...size], [...stride], [[0, 0], [height, height], [width, width], [0, 0]], "floor")
    : tf.maxPool(x, [...size], [...stride], "valid");
}

/** Mean over windows, `[N, H, W, C]` → `[N, H', W', C]`; padding counts as zeros, as PyTorch's default has it. */
export function averagePool(x: Tensor4D, { size, stride, padding: [height, width] }: PoolingOptions): Tensor4D {
  const padded: Tensor4D = height || width ? tf.pad(x, [[0, 0], [height, height], [width, width], [0, 0]]) : x;
  return tf.avgPool(padded, [...size], [...stride], "valid");
}

/** Below every activation, and finite: an infinity would make NaN of a gradient's zero. */
const lowest = -3e38;

type PoolAttributes = Parameters<typeof tf.backend_util.computePool2DInfo>;

function poolWindow(
  x: tf.Tensor,
  attrs: { filterSize: PoolAttributes[1]; strides: PoolAttributes[2]; pad: PoolAttributes[4] } & {
    dimRoundingMode?: PoolAttributes[5];
  },
) {
  const { filterSize, strides, pad, dimRoundingMode = "floor" } = attrs;
  const window = tf.backend_util.computePool2DInfo(shape4(x), filterSize, strides, 1, pad, dimRoundingMode);
  const { padding, pads } = place(window);
  const size = attribute.int("ksize", [1, window.filterHeight, window.filterWidth, 1]);
  return { attributes: [...windowAttributes(window, padding), size], pads };
}

/** tfjs's max pooling and its gradient with any padding. */
export const poolingKernels = [
  nativeKernel("MaxPool", ({ inputs: { x }, attrs, backend }) => {
    const { attributes, pads } = poolWindow(x, attrs);
    return backend.executeSingleOutput("MaxPool", attributes, [pads ? padTensor(backend, x, pads, lowest) : x]);
  }),
  nativeKernel("MaxPoolGrad", ({ inputs: { dy, input, output }, attrs, backend }) => {
    const { attributes, pads } = poolWindow(input, attrs);
    const padded = pads ? padTensor(backend, input, pads, lowest) : input;
    const dx = backend.executeSingleOutput("MaxPoolGrad", attributes, [padded, output, dy]);
    return pads ? unpadTensor(backend, dx, pads, input.shape) : dx;
  }),
];

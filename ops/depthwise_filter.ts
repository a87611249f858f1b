import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attribute, int32, type NativeBackend, shape4 } from "./native.ts";
import { padTensor, type Window, windowAttributes } from "./window.ts";

/** The widest window that oneDNN's kernel for this gradient is fast with. */
export const widestDepthwise = 3;

/**
 * Computes the gradient of a depthwise filter `[kh, kw, 1, C]` three columns at a time, from the pixels that those
 * columns cover.
 */
export function filterByColumns(backend: NativeBackend, x: Tensor, dy: Tensor, window: Window): Tensor {
  const { filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth, padInfo: { top, left } } = window;
  const [batch, height, width, channels] = shape4(x);
  const rows = (outHeight - 1) * strideHeight + filterHeight;
  const below = Math.max(0, rows - height - top);
  const beside = Math.max(0, (outWidth - 1) * strideWidth + filterWidth - width - left);
  const padded = padTensor(backend, x, [[0, 0], [top, below], [left, beside], [0, 0]]);
  const attributes = [
    ...windowAttributes(window, "VALID"),
    attribute.int("dilations", [1, 1, 1, 1]),
  ];
  const columns = Array.from({ length: Math.ceil(filterWidth / widestDepthwise) }, (_, i) => {
    const first = i * widestDepthwise, count = Math.min(widestDepthwise, filterWidth - first);
    const met = tf.slice(padded, [0, 0, first, 0], [batch, rows, (outWidth - 1) * strideWidth + count, channels]);
    const shape = int32([filterHeight, count, 1, channels]);
    return backend.executeSingleOutput("Conv2DBackpropFilter", attributes, [met, shape, dy]);
  });
  return tf.concat(columns, 1);
}

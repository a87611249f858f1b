import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attribute, type NativeBackend, shape4, T } from "./native.ts";
import { padTensor, type Window } from "./window.ts";

/**
 * Computes the gradient of a convolution's filter by one matrix product for each tap (a, b): the pixels that the tap
 * covers, `[N·H'·W', C]`, times `dy`, `[N·H'·W', F]`. These are the sums that the direct kernel computes; for images with
 * many channels and few pixels, the matrices have a better shape. Strides are 1 or 2 and windows have an odd size. At stride
 * 2, each 2×2 block becomes one pixel of 4·C channels, so that the pixels of a tap are a slice.
 */
export function filterByProducts(backend: NativeBackend, x: Tensor, dy: Tensor, window: Window): Tensor {
  const { filterHeight, filterWidth, outHeight, outWidth, strideHeight: stride, padInfo: { top, left } } = window;
  const [batch, height, width, channels] = shape4(x);
  const filters = shape4(dy)[3], rows = batch * outHeight * outWidth;
  const below = reach(outHeight, filterHeight, stride) - height - top;
  const beside = reach(outWidth, filterWidth, stride) - width - left;
  const padded = padTensor(backend, x, [[0, 0], [top, below], [left, beside], [0, 0]]);
  const phases = stride === 1 ? padded : spaceToDepth(backend, padded);
  const vectors = tf.reshape(dy, [rows, filters]);
  const taps = Array.from({ length: filterHeight * filterWidth }, (_, tap) => {
    const a = Math.floor(tap / filterWidth), b = tap % filterWidth;
    const phase = (a % stride) * stride + b % stride;
    const begin = [0, Math.floor(a / stride), Math.floor(b / stride), phase * channels];
    const met = tf.slice(phases, begin, [batch, outHeight, outWidth, channels]);
    return tf.matMul(tf.reshape(met, [rows, channels]), vectors, true);
  });
  return tf.reshape(tf.stack(taps), [filterHeight, filterWidth, channels, filters]);
}

/** The number of padded rows that the windows need, in whole blocks. */
function reach(places: number, size: number, stride: number): number {
  return Math.ceil(((places - 1) * stride + size) / stride) * stride;
}

function spaceToDepth(backend: NativeBackend, x: Tensor): Tensor {
  const attributes = [T, attribute.int("block_size", 2), attribute.string("data_format", "NHWC")];
  return backend.executeSingleOutput("SpaceToDepth", attributes, [x]);
}

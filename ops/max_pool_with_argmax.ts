import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { toInt32 } from "./integers.ts";
import { attribute, type NativeBackend, nativeKernel, shape4, types } from "./native.ts";

/** The maximum of each window and its position, `((n·H + y)·W + x)·C + c`, without n unless the batch is included. */
export const maxPoolWithArgmaxKernel = nativeKernel<tf.MaxPoolWithArgmaxAttrs>(
  "MaxPoolWithArgmax",
  ({ inputs: { x }, attrs: { filterSize, strides, pad, includeBatchInIndex }, backend }) => {
    const info = tf.backend_util.computePool2DInfo(shape4(x), filterSize, strides, [1, 1], pad);
    const { type, top, bottom, left, right } = info.padInfo;
    if (type === "SAME" || type === "VALID") return pool(backend, x, info, type, includeBatchInIndex);
    const margins: [number, number][] = [[0, 0], [top, bottom], [left, right], [0, 0]];
    const padded = tf.pad(x, margins, x.dtype === "int32" ? -(2 ** 31) + 1 : -Infinity);
    const [values, places] = pool(backend, padded, info, "VALID", includeBatchInIndex);
    return [values, withoutMargin(places, shape4(x), shape4(padded), top, left)];
  },
);

function pool(
  backend: NativeBackend,
  x: Tensor,
  { filterHeight, filterWidth, strideHeight, strideWidth }: tf.backend_util.Conv2DInfo,
  padding: "SAME" | "VALID",
  includeBatch: boolean,
): [values: Tensor, places: Tensor] {
  const attributes = [
    attribute.int("ksize", [1, filterHeight, filterWidth, 1]),
    attribute.int("strides", [1, strideHeight, strideWidth, 1]),
    attribute.string("padding", padding),
    attribute.bool("include_batch_in_index", includeBatch),
    attribute.type("Targmax", types.int64),
    attribute.type("T", backend.getDTypeInteger(x.dtype)),
  ];
  const [values, places] = backend.executeMultipleOutputs("MaxPoolWithArgmax", attributes, [x], 2);
  return [values, toInt32(backend, places)];
}

type Shape4 = readonly [number, number, number, number];

/** Converts positions in a padded image to those in the image itself. */
function withoutMargin(places: Tensor, [, height, width, channels]: Shape4, padded: Shape4, top: number, left: number) {
  const split = (value: Tensor, size: number) => {
    const by = tf.scalar(size, "int32");
    return [tf.floorDiv(value, by), tf.mod(value, by)];
  };
  const join = (value: Tensor, size: number, next: Tensor) => tf.add(tf.mul(value, tf.scalar(size, "int32")), next);
  const [pixel, channel] = split(places, channels);
  const [row, paddedX] = split(pixel, padded[2]);
  const [image, paddedY] = split(row, padded[1]);
  const y = tf.sub(paddedY, tf.scalar(top, "int32")), x = tf.sub(paddedX, tf.scalar(left, "int32"));
  return join(join(join(image, height, y), width, x), channels, channel);
}

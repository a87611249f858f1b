import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attribute, int32, nativeKernel, shape4 } from "./native.ts";

/** Kernels that rotate and distort images `[N, H, W, C]`. */
export const warpKernels = [
  nativeKernel<tf.TransformAttrs>("Transform", ({ inputs: { image, transforms }, attrs, backend }) => {
    const [, height, width] = shape4(image);
    const attributes = [
      attribute.type("dtype", backend.getDTypeInteger(image.dtype)),
      attribute.string("interpolation", attrs.interpolation.toUpperCase()),
      attribute.string("fill_mode", attrs.fillMode.toUpperCase()),
    ];
    const size = int32([...attrs.outputShape ?? [height, width]]);
    const inputs = [image, transforms, size, tf.scalar(attrs.fillValue)];
    return backend.executeSingleOutput("ImageProjectiveTransformV3", attributes, inputs);
  }),
  nativeKernel<tf.RotateWithOffsetAttrs>("RotateWithOffset", ({ inputs: { image }, attrs }) => rotate(image, attrs)),
];

/**
 * Takes each pixel from the nearest source pixel, as tfjs's CPU backend does; pixels from outside get the fill color.
 */
function rotate(image: Tensor, { radians, fillValue, center }: tf.RotateWithOffsetAttrs): Tensor {
  const [batch, height, width, channels] = shape4(image);
  const [centerX, centerY] = tf.backend_util.getImageCenter(center, height, width);
  const sine = Math.sin(radians), cosine = Math.cos(radians);
  const from = new Int32Array(height * width), isInside = new Uint8Array(height * width);
  for (let y = 0, place = 0; y < height; y++) {
    for (let x = 0; x < width; x++, place++) {
      const fromX = Math.round((x - centerX) * cosine - (y - centerY) * sine + centerX);
      const fromY = Math.round((x - centerX) * sine + (y - centerY) * cosine + centerY);
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) continue;
      from[place] = fromY * width + fromX;
      isInside[place] = 1;
    }
  }
  const pixels = tf.gather(tf.reshape(image, [batch, height * width, channels]), tf.tensor1d(from), 1);
  const fill = Array.from({ length: channels }, (_, channel) => {
    if (typeof fillValue === "number") return fillValue;
    return channel === 3 ? 255 : fillValue[channel];
  });
  const inside = tf.tensor(isInside, [1, height * width, 1], "bool");
  return tf.reshape(tf.where(inside, pixels, tf.tensor(fill, [1, 1, channels], image.dtype)), image.shape);
}

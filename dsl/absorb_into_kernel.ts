import * as tf from "@tensorflow/tfjs-core";
import type { Affine, Weights } from "./layer.ts";

/**
 * How a layer that is linear in a `kernel` `[…, C]`, with or without a `bias` `[C]`, absorbs an affine: the scale
 * multiplies both, and the offset is added to the bias.
 */
export const absorbIntoKernel = {
  spec: <S extends { readonly bias: boolean }>(spec: S): S => ({ ...spec, bias: true }),
  weights: ({ kernel, bias }: Weights, { scale, offset }: Affine): Weights => ({
    kernel: tf.mul(kernel, scale),
    bias: bias ? tf.add(tf.mul(bias, scale), offset) : offset,
  }),
};

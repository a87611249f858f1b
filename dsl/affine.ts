import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Weights } from "./layer.ts";

/** What becomes of each channel x: x·scale + offset. Both `[C]`. */
export interface Affine {
  readonly scale: Tensor;
  readonly offset: Tensor;
}

/** How a layer takes in what only scales and moves each of its output channels. */
export interface Absorb<S> {
  /** The spec of the two as one layer. */
  spec(spec: S): S;
  /** The layer's weights, by the names in its parameters, with the affine in them. */
  weights(weights: Weights, affine: Affine): Weights;
}

/** How layers that are linear in a `kernel` `[…, C]`, with or without a `bias` `[C]`, take it in: both are scaled, and the offset is a bias. */
export const absorbIntoKernel = {
  spec: <S extends { readonly bias: boolean }>(spec: S): S => ({ ...spec, bias: true }),
  weights: ({ kernel, bias }: Weights, { scale, offset }: Affine): Weights => ({
    kernel: tf.mul(kernel, scale),
    bias: bias ? tf.add(tf.mul(bias, scale), offset) : offset,
  }),
};

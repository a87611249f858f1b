import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attribute, hasKernel, int32, nativeKernel, runNative, types } from "./native.ts";

/**
 * Inverted dropout (Srivastava et al. 2014): each element is zero with probability `rate`, else divided by
 * `1 − rate`. `seed` is an int32 `[2]` tensor: the same seed gives the same mask, so a run repeats, and a traced
 * function is not frozen to one mask.
 */
export function dropout<X extends Tensor>(x: X, rate: number, seed: Tensor1D): X {
  return dropWhole(x, x.shape, rate, seed);
}

/** Stochastic depth (Huang et al. 2016): as {@linkcode dropout}, but of `[N, …]` whole samples are zero. */
export function stochasticDepth<X extends Tensor>(x: X, rate: number, seed: Tensor1D): X {
  return dropWhole(x, x.shape.map((size, axis) => axis === 0 ? size : 1), rate, seed);
}

/** Drops by a mask of a shape that x's is a multiple of. */
function dropWhole<X extends Tensor>(x: X, shape: readonly number[], rate: number, seed: Tensor1D): X {
  if (rate === 0) return x;
  const uniform = statelessUniform(shape, seed);
  return tf.mul(x, tf.mul(tf.cast(tf.greaterEqual(uniform, rate), "float32"), 1 / (1 - rate)));
}

/**
 * Uniform numbers in [0, 1) that depend on the seed alone (an int32 `[2]` tensor). Off the native backend the seed's
 * value is read, and each backend has numbers of its own.
 */
export function statelessUniform(shape: readonly number[], seed: Tensor1D): Tensor {
  if (hasKernel("StatelessRandomUniform")) return runNative("StatelessRandomUniform", { seed }, { shape: [...shape] });
  const [high, low] = seed.dataSync();
  return tf.randomUniform([...shape], 0, 1, "float32", `${high}/${low}`);
}

export const dropoutKernels = [
  nativeKernel<{ shape: number[] }>(
    "StatelessRandomUniform",
    ({ inputs: { seed }, attrs, backend }) =>
      backend.executeSingleOutput(
        "StatelessRandomUniform",
        [
          attribute.type("dtype", types.float32),
          attribute.type("T", types.int32),
          attribute.type("Tseed", types.int32),
        ],
        [int32(attrs.shape), seed],
      ),
  ),
];

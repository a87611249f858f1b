import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attribute, hasKernel, int32, nativeKernel, runNative, types } from "./native.ts";

/**
 * Sets each element to zero with probability `rate` and divides the others by 1 − rate (inverted dropout, Srivastava et
 * al. 2014). `seed` is an int32 `[2]` tensor: the same seed gives the same mask, so a run repeats, and a traced
 * function is not frozen to one mask.
 */
export function dropout<X extends Tensor>(x: X, rate: number, seed: Tensor1D): X {
  return dropByMask(x, x.shape, rate, seed);
}

/** Sets whole samples of `[N, …]` to zero, otherwise as {@linkcode dropout} (stochastic depth, Huang et al. 2016). */
export function stochasticDepth<X extends Tensor>(x: X, rate: number, seed: Tensor1D): X {
  return dropByMask(x, x.shape.map((size, axis) => axis === 0 ? size : 1), rate, seed);
}

/** Drops by a mask whose shape broadcasts to that of x. */
function dropByMask<X extends Tensor>(x: X, shape: readonly number[], rate: number, seed: Tensor1D): X {
  if (rate === 0) return x;
  const uniform = statelessUniform(shape, seed);
  return tf.mul(x, tf.mul(tf.cast(tf.greaterEqual(uniform, rate), "float32"), 1 / (1 - rate)));
}

/**
 * Draws uniform numbers in [0, 1) that depend only on the seed, an int32 `[2]` tensor. Each backend draws other
 * numbers; those without a native kernel read the seed's value.
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

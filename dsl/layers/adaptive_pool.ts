import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { averagePool, maxPool } from "../../ops/pooling.ts";
import type { Pair } from "../../ops/window.ts";
import { create } from "../create.ts";
import { countPair, oneOf, optional } from "../fields.ts";
import type { Layer } from "../layer.ts";
import type { PoolKind } from "./pool.ts";
import { asImage } from "../shape_inference.ts";

/** Pooling to a given size, `[H, W, C]` → `[size, size, C]`; made by {@linkcode adaptivePool}. */
export interface AdaptivePool {
  /** The name of the layer. */
  readonly type: "adaptivePool";
  /** Rows and columns of the output. */
  readonly size: Pair;
  /** Whether a window gives its mean or its maximum. */
  readonly kind: PoolKind;
}

/** Options of {@linkcode adaptivePool}. */
export interface AdaptivePoolOptions {
  /** Whether a window gives its mean, the default, or its maximum. */
  readonly kind?: PoolKind;
}

/**
 * Pools an image of any size to a given size, `[H, W, C]` → `[size, size, C]`. Window i spans the rows from ⌊i·H /
 * size⌋ to ⌈(i + 1)·H / size⌉, as in PyTorch, so windows overlap where `size` does not divide H.
 *
 * @example
 * ```ts
 * import { adaptivePool } from "@thorax/thorax";
 * adaptivePool(7, { kind: "average" });
 * ```
 */
export function adaptivePool(size: number | Pair, options: AdaptivePoolOptions = {}): AdaptivePool {
  return create(adaptivePoolLayer, { size, ...options });
}

export const adaptivePoolLayer: Layer<AdaptivePool> = {
  type: "adaptivePool",
  fields: { size: countPair, kind: optional(oneOf("average", "max"), "average") },
  shape(spec, input, at) {
    const [, , channels] = asImage(input, at);
    return [...spec.size, channels];
  },
  apply({ size, kind }, _, x) {
    const [, height, width] = (x as Tensor4D).shape;
    if (height === size[0] && width === size[1]) return x;
    if (height % size[0] === 0 && width % size[1] === 0) {
      const window: Pair = [height / size[0], width / size[1]];
      const options = { size: window, stride: window, padding: [0, 0] as const };
      return kind === "max" ? maxPool(x as Tensor4D, options) : averagePool(x as Tensor4D, options);
    }
    return poolAxis(poolAxis(x, 1, size[0], kind), 2, size[1], kind);
  },
  takesMaxima: ({ kind }) => kind === "max",
  bounds: ({ size }) => ({ window: Math.max(...size) }),
  summary: ({ size, kind }) => `${kind} to ${size.join("×")}`,
};

/** Pools one axis of `[N, H, W, C]`. Windows are rectangles, so rows and columns can be reduced one after another. */
function poolAxis(x: Tensor, axis: 1 | 2, windows: number, kind: PoolKind): Tensor {
  const shape: readonly number[] = x.shape, size = shape[axis];
  if (size === windows) return x;
  const reduce = kind === "max" ? tf.max : tf.mean;
  const pooled = Array.from({ length: windows }, (_, i) => {
    const start = Math.floor(i * size / windows), end = Math.ceil((i + 1) * size / windows);
    const begin = shape.map((_, a) => a === axis ? start : 0);
    const extent = shape.map((length, a) => a === axis ? end - start : length);
    return reduce(tf.slice(x, begin, extent), axis, true);
  });
  return tf.concat(pooled, axis);
}

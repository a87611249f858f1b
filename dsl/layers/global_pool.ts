import * as tf from "@tensorflow/tfjs-core";
import { toFloat32 } from "../../ops/precision.ts";
import { create } from "../create.ts";
import { oneOf, optional } from "../fields.ts";
import type { Layer } from "../layer.ts";
import type { PoolKind } from "./pool.ts";

/** Pooling to one value for each channel, `[H, W, C]` or `[T, C]` → `[C]`; made by {@linkcode globalPool}. */
export interface GlobalPool {
  /** The name of the layer. */
  readonly type: "globalPool";
  /** Whether a channel gives its mean or its maximum. */
  readonly kind: PoolKind;
}

/** Options of {@linkcode globalPool}. */
export interface GlobalPoolOptions {
  /** Whether a channel gives its mean, the default, or its maximum. */
  readonly kind?: PoolKind;
}

/**
 * Reduces each channel to its mean or its maximum: `[H, W, C]` → `[C]`, or tokens `[T, C]` → `[C]`, the class token
 * included.
 *
 * @example
 * ```ts
 * import { dense, globalPool, stack } from "@thorax/thorax";
 * stack({ avgpool: globalPool(), fc: dense(15) });
 * ```
 */
export function globalPool(options: GlobalPoolOptions = {}): GlobalPool {
  return create(globalPoolLayer, options);
}

export const globalPoolLayer: Layer<GlobalPool> = {
  type: "globalPool",
  fields: { kind: optional(oneOf("average", "max"), "average") },
  shape(_, input, at) {
    if (input.length === 3 || input.length === 2) return input.slice(-1);
    throw at.error("an image [H, W, C] or tokens [T, C]", "Leave it out: a vector has one value for each channel.");
  },
  apply({ kind }, _, x) {
    const places = x.rank === 4 ? [1, 2] : [1];
    return kind === "max" ? tf.max(x, places) : tf.mean(toFloat32(x), places);
  },
  summary: ({ kind }) => kind,
};

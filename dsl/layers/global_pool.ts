import * as tf from "@tensorflow/tfjs-core";
import { toFloat32 } from "../../ops/precision.ts";
import { create } from "../create.ts";
import { oneOf, optional } from "../fields.ts";
import type { Layer } from "../layer.ts";
import type { PoolKind } from "./pool.ts";

/** The spec of {@linkcode globalPool}. */
export interface GlobalPool {
  readonly type: "globalPool";
  readonly kind: PoolKind;
}

/**
 * One value for each channel, its mean or its largest: `[H, W, C]` → `[C]`, and of tokens `[T, C]` → `[C]`, the class token
 * among them where there is one.
 *
 * @example
 * ```ts
 * import { dense } from "./dense.ts";
 * import { globalPool } from "./global_pool.ts";
 * import { stack } from "../combinators/stack.ts";
 * stack({ avgpool: globalPool(), fc: dense(15) });
 * ```
 */
export function globalPool(options: { readonly kind?: PoolKind } = {}): GlobalPool {
  return create(globalPoolLayer, options);
}

/** What `globalPool` means. */
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

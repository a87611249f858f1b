import * as tf from "@tensorflow/tfjs-core";
import { toFloat32 } from "../ops/precision.ts";
import { create } from "./create.ts";
import { oneOf, optional } from "./fields.ts";
import type { Layer } from "./layer.ts";
import type { PoolKind } from "./pool.ts";
import { asImage } from "./shape.ts";

/** The spec of {@linkcode globalPool}. */
export interface GlobalPool {
  readonly type: "globalPool";
  readonly kind: PoolKind;
}

/**
 * One value for each channel, its mean or its largest: `[H, W, C]` → `[C]`.
 *
 * @example
 * ```ts
 * import { dense } from "./dense.ts";
 * import { globalPool } from "./global_pool.ts";
 * import { stack } from "./stack.ts";
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
    const [, , channels] = asImage(input, at);
    return [channels];
  },
  apply: ({ kind }, _, x) => kind === "max" ? tf.max(x, [1, 2]) : tf.mean(toFloat32(x), [1, 2]),
  summary: ({ kind }) => kind,
};

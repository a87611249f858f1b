import * as tf from "@tensorflow/tfjs-core";
import { create } from "../create.ts";
import type { Layer } from "../layer.ts";
import { sizeOf } from "../shape.ts";

/** The spec of {@linkcode flatten}. */
export interface Flatten {
  readonly type: "flatten";
}

/**
 * Any shape as one vector, the last axis fastest: `[H, W, C]` → `[H·W·C]`. PyTorch, whose images are `[C, H, W]`, has the
 * same numbers in another order: the kernel of the dense layer that follows is permuted when its weights are imported.
 *
 * @example
 * ```ts
 * import { adaptivePool } from "./adaptive_pool.ts";
 * import { dense } from "./dense.ts";
 * import { flatten } from "./flatten.ts";
 * import { stack } from "../combinators/stack.ts";
 * stack([adaptivePool(7), flatten(), dense(4096)]);
 * ```
 */
export function flatten(): Flatten {
  return create(flattenLayer, {});
}

/** What `flatten` means. */
export const flattenLayer: Layer<Flatten> = {
  type: "flatten",
  fields: {},
  shape: (_, input) => [sizeOf(input)],
  apply: (_, __, x) => tf.reshape(x, [x.shape[0], sizeOf(x.shape.slice(1))]),
};

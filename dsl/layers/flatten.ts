import * as tf from "@tensorflow/tfjs-core";
import { create } from "../create.ts";
import type { Layer } from "../layer.ts";
import { sizeOf } from "../shape.ts";

/** Any shape as one vector, `[H, W, C]` → `[H·W·C]`; made by {@linkcode flatten}. */
export interface Flatten {
  /** The name of the layer. */
  readonly type: "flatten";
}

/**
 * Reshapes its input to one vector, the last axis fastest: `[H, W, C]` → `[H·W·C]`. PyTorch's images are `[C, H, W]`,
 * so its vectors have another order; importing PyTorch's weights permutes the kernel of the dense layer that follows.
 *
 * @example
 * ```ts
 * import { adaptivePool, dense, flatten, stack } from "@thorax/thorax";
 * stack([adaptivePool(7), flatten(), dense(4096)]);
 * ```
 */
export function flatten(): Flatten {
  return create(flattenLayer, {});
}

export const flattenLayer: Layer<Flatten> = {
  type: "flatten",
  fields: {},
  shape: (_, input) => [sizeOf(input)],
  apply: (_, __, x) => tf.reshape(x, [x.shape[0], sizeOf(x.shape.slice(1))]),
};

import type { Tensor4D } from "@tensorflow/tfjs-core";
import { averagePool, maxPool } from "../../ops/pooling.ts";
import type { Pair } from "../../ops/window.ts";
import { create } from "../create.ts";
import { countPair, oneOf, optional, wholePair } from "../fields.ts";
import type { Layer } from "../layer.ts";
import { asImage } from "../shape_inference.ts";
import { sizeOf } from "../shape.ts";
import { showWindow, slide, windowBounds } from "../window.ts";

/** What pooling takes of a window: its maximum or its mean. */
export type PoolKind = "max" | "average";

/** Pooling over windows, `[H, W, C]` → `[H', W', C]`; made by {@linkcode pool}. */
export interface Pool {
  /** The name of the layer. */
  readonly type: "pool";
  /** Height and width of the window. */
  readonly size: Pair;
  /** Whether a window gives its maximum or its mean. */
  readonly kind: PoolKind;
  /** Rows and columns from one window to the next. */
  readonly stride: Pair;
  /** Padding above and below, left and right. */
  readonly padding: Pair;
}

/** Options of {@linkcode pool}; one number stands for a pair. */
export interface PoolOptions {
  /** Whether a window gives its maximum, the default, or its mean. */
  readonly kind?: PoolKind;
  /** Rows and columns from one window to the next; default the size. */
  readonly stride?: number | Pair;
  /**
   * Padding on each side, at most half the size; default 0. A maximum ignores it, a mean counts it as zeros, as in
   * PyTorch.
   */
  readonly padding?: number | Pair;
}

/**
 * Takes the maximum or the mean of each window, `[H, W, C]` → `[H', W', C]`; H' = ⌊(H + 2·padding − size) / stride⌋ +
 * 1.
 *
 * @example
 * ```ts
 * import { pool } from "@thorax/thorax";
 * pool(3, { stride: 2, padding: 1 });
 * ```
 */
export function pool(size: number | Pair, options: PoolOptions = {}): Pool {
  return create(poolLayer, { size, ...options, stride: options.stride ?? size });
}

export const poolLayer: Layer<Pool> = {
  type: "pool",
  fields: {
    size: countPair,
    kind: optional(oneOf("max", "average"), "max"),
    stride: countPair,
    padding: optional(wholePair, 0),
  },
  check: ({ size, padding }) =>
    2 * padding[0] > size[0] || 2 * padding[1] > size[1] ? "padding must be at most half the size" : undefined,
  shape(spec, input, at) {
    const [height, width, channels] = asImage(input, at);
    return [...slide([height, width], { ...spec, kernel: spec.size }, at), channels];
  },
  apply: (spec, _, x) => spec.kind === "max" ? maxPool(x as Tensor4D, spec) : averagePool(x as Tensor4D, spec),
  takesMaxima: ({ kind }) => kind === "max",
  bounds: (spec, _, output) => ({
    ...windowBounds({ ...spec, kernel: spec.size }),
    multiplyAdds: sizeOf(output) * sizeOf(spec.size),
  }),
  summary: (spec) => `${spec.kind} ${showWindow({ ...spec, kernel: spec.size })}`,
};

import { dense as multiply } from "../../ops/dense.ts";
import { absorbIntoKernel } from "../absorb_into_kernel.ts";
import { create } from "../create.ts";
import { count, flag, optional } from "../fields.ts";
import { fanInUniform, type Initializer, initializer } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { sizeOf } from "../shape.ts";

/** A fully connected layer, `[C]` → `[units]` or `[T, C]` → `[T, units]`; made by {@linkcode dense}. */
export interface Dense {
  /** The name of the layer. */
  readonly type: "dense";
  /** The number of outputs. */
  readonly units: number;
  /** Whether a bias is added. */
  readonly bias: boolean;
  /** How the kernel's first values are drawn. */
  readonly init: Initializer;
  /** How the bias's first values are drawn. */
  readonly biasInit: Initializer;
}

/** Options of {@linkcode dense}. */
export interface DenseOptions {
  /** Whether a bias is added; default true. */
  readonly bias?: boolean;
  /** The initializer of the kernel; default U(±1/√C), PyTorch's own. */
  readonly init?: Initializer;
  /** The initializer of the bias; the same default. */
  readonly biasInit?: Initializer;
}

/**
 * A fully connected layer, x · kernel + bias: `[C]` → `[units]`, or `[T, C]` → `[T, units]`, each token by itself.
 * Parameters: `kernel` `[C, units]`, `bias` `[units]`.
 *
 * @example
 * ```ts
 * import { dense, normal, zeros } from "@thorax/thorax";
 * dense(4096, { init: normal({ std: 0.01 }), biasInit: zeros });
 * ```
 */
export function dense(units: number, options: DenseOptions = {}): Dense {
  return create(denseLayer, { units, ...options });
}

export const denseLayer: Layer<Dense> = {
  type: "dense",
  fields: {
    units: count,
    bias: optional(flag, true),
    init: initializer(fanInUniform),
    biasInit: initializer(fanInUniform),
  },
  shape({ units }, input, at) {
    if (input.length === 1 || input.length === 2) return [...input.slice(0, -1), units];
    throw at.error("a vector [C] or tokens [T, C]", "Put flatten() or globalPool() before it.");
  },
  parameters(spec, input) {
    const kernel = [...input.slice(-1), spec.units];
    return {
      kernel: { shape: kernel, init: spec.init },
      ...(spec.bias && { bias: { shape: [spec.units], init: spec.biasInit, fansOf: kernel } }),
    };
  },
  apply: (_, { kernel, bias }, x) => multiply(x, kernel, bias),
  absorb: absorbIntoKernel,
  multiplyAdds: ({ units }, input) => sizeOf(input) * units,
};

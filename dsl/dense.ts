import * as tf from "@tensorflow/tfjs-core";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { biasAdd } from "../ops/bias_add.ts";
import { prefersFloat32 } from "../ops/algorithm.ts";
import { like, toFloat32 } from "../ops/precision.ts";
import { absorbIntoKernel } from "./affine.ts";
import { create } from "./create.ts";
import { count, flag, optional } from "./fields.ts";
import { fanInUniform, type Initializer, initializer } from "./initializers.ts";
import type { Layer } from "./layer.ts";

/** The spec of {@linkcode dense}. */
export interface Dense {
  readonly type: "dense";
  readonly units: number;
  readonly bias: boolean;
  readonly init: Initializer;
  readonly biasInit: Initializer;
}

/** Options of {@linkcode dense}. */
export interface DenseOptions {
  readonly bias?: boolean;
  /** Of the kernel; default U(±1/√C), PyTorch's own. */
  readonly init?: Initializer;
  /** Of the bias; default the same. */
  readonly biasInit?: Initializer;
}

/**
 * Fully connected, `[C]` → `[units]`: x · kernel + bias. Parameters: `kernel` `[C, units]`, `bias` `[units]`.
 *
 * @example
 * ```ts
 * import { dense } from "./dense.ts";
 * import { normal, zeros } from "./initializers.ts";
 * dense(4096, { init: normal({ std: 0.01 }), biasInit: zeros });
 * ```
 */
export function dense(units: number, options: DenseOptions = {}): Dense {
  return create(denseLayer, { units, ...options });
}

/** What `dense` means. */
export const denseLayer: Layer<Dense> = {
  type: "dense",
  fields: {
    units: count,
    bias: optional(flag, true),
    init: initializer(fanInUniform),
    biasInit: initializer(fanInUniform),
  },
  shape({ units }, input, at) {
    if (input.length !== 1) throw at.error("a vector [C]", "Put flatten() or globalPool() before it.");
    return [units];
  },
  parameters(spec, [channels]) {
    const kernel = [channels, spec.units];
    return {
      kernel: { shape: kernel, init: spec.init },
      ...(spec.bias && { bias: { shape: [spec.units], init: spec.biasInit, fansOf: kernel } }),
    };
  },
  apply(spec, { kernel, bias }, x) {
    const rows = prefersFloat32(x.shape[0], kernel.size) ? toFloat32(x) : x;
    const output: Tensor2D = tf.matMul(rows as Tensor2D, like(kernel as Tensor2D, rows));
    return spec.bias ? biasAdd(output, like(bias as Tensor1D, output)) : output;
  },
  absorb: absorbIntoKernel,
  multiplyAdds: ({ units }, [channels]) => channels * units,
};

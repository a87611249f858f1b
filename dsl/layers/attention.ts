import type { Tensor3D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attention as attend } from "../../ops/attention.ts";
import { dense } from "../../ops/dense.ts";
import { absorbIntoKernel } from "../absorb_into_kernel.ts";
import { create } from "../create.ts";
import { count, flag, optional } from "../fields.ts";
import { type Initializer, initializer, xavierUniform, zeros } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { asTokens } from "../shape_inference.ts";

/** Multi-head self-attention, `[T, C]` → `[T, C]`; made by {@linkcode attention}. */
export interface Attention {
  /** The name of the layer. */
  readonly type: "attention";
  /** The number of heads among which the channels are split. */
  readonly heads: number;
  /** Whether both dense maps have a bias. */
  readonly bias: boolean;
  /** How the first values of both kernels are drawn. */
  readonly init: Initializer;
  /** How the first values of both biases are drawn. */
  readonly biasInit: Initializer;
}

/** Options of {@linkcode attention}. */
export interface AttentionOptions {
  /** The number of heads; it divides the channels. */
  readonly heads: number;
  /** Whether both dense maps have a bias; default true. */
  readonly bias?: boolean;
  /** The initializer of both kernels; default Xavier uniform. */
  readonly init?: Initializer;
  /** The initializer of both biases; default zeros. */
  readonly biasInit?: Initializer;
}

/**
 * Multi-head self-attention (Vaswani et al. 2017), `[T, C]` → `[T, C]`. A dense map gives each token a query, a key and
 * a value; each head averages the values with weights softmax(q·kᵀ / √(C / heads)); a second dense map mixes the heads.
 * Parameters, named as in timm: `qkv/kernel` `[C, 3C]`, `qkv/bias` `[3C]`, `proj/kernel` `[C, C]`, `proj/bias` `[C]`.
 *
 * @example
 * ```ts
 * import { attention, layerNorm, residual, stack } from "@thorax/thorax";
 * residual(stack({ norm1: layerNorm(), attn: attention({ heads: 3 }) }));
 * ```
 */
export function attention(options: AttentionOptions): Attention {
  return create(attentionLayer, options);
}

export const attentionLayer: Layer<Attention> = {
  type: "attention",
  fields: {
    heads: count,
    bias: optional(flag, true),
    init: initializer(xavierUniform()),
    biasInit: initializer(zeros),
  },
  shape({ heads }, input, at) {
    const [, channels] = asTokens(input, at);
    if (channels % heads) throw at.error(`channels in ${heads} equal heads`, "Let heads divide the channels.");
    return input;
  },
  parameters({ bias, init, biasInit }, [, channels]) {
    const qkv = [channels, 3 * channels], proj = [channels, channels];
    return {
      "qkv/kernel": { shape: qkv, init },
      ...(bias && { "qkv/bias": { shape: [3 * channels], init: biasInit, fansOf: qkv } }),
      "proj/kernel": { shape: proj, init },
      ...(bias && { "proj/bias": { shape: [channels], init: biasInit, fansOf: proj } }),
    };
  },
  apply({ heads }, weights, x) {
    const qkv = dense(x, weights["qkv/kernel"], weights["qkv/bias"]);
    return dense(attend(qkv as Tensor3D, heads), weights["proj/kernel"], weights["proj/bias"]);
  },
  absorb: {
    spec: (spec) => ({ ...spec, bias: true }),
    weights(weights, affine) {
      const { kernel, bias } = absorbIntoKernel.weights(
        { kernel: weights["proj/kernel"], bias: weights["proj/bias"] },
        affine,
      );
      const qkvBias = weights["qkv/bias"] ?? tf.zeros(weights["qkv/kernel"].shape.slice(1));
      return { "qkv/kernel": weights["qkv/kernel"], "qkv/bias": qkvBias, "proj/kernel": kernel, "proj/bias": bias };
    },
  },
  multiplyAdds: (_, [tokens, channels]) => tokens * channels * (4 * channels + 2 * tokens),
  bounds: ({ heads }, [tokens]) => ({ scores: heads * tokens ** 2 }),
  summary: ({ heads }) => `${heads} heads`,
};

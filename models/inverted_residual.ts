import { adaptivePool } from "../dsl/layers/adaptive_pool.ts";
import { batchNorm, type BatchNormOptions } from "../dsl/layers/batch_norm.ts";
import { conv, type ConvOptions } from "../dsl/layers/conv.ts";
import { identity } from "../dsl/layers/activations.ts";
import { multiply } from "../dsl/combinators/multiply.ts";
import { residual } from "../dsl/combinators/residual.ts";
import type { Spec } from "../dsl/spec.ts";
import { stack } from "../dsl/combinators/stack.ts";
import { stochasticDepth } from "../dsl/layers/stochastic_depth.ts";

/** A convolution that keeps the size but for its stride, batch norm, and an activation if there is one. */
export const unit = (
  filters: number,
  kernel: number,
  { norm, activation, ...options }: Pick<ConvOptions, "stride" | "groups"> & {
    readonly norm?: BatchNormOptions;
    readonly activation?: Spec;
  },
) =>
  stack([
    conv(filters, kernel, { padding: (kernel - 1) / 2, bias: false, ...options }),
    batchNorm(norm),
    ...(activation ? [activation] : []),
  ]);

/** Squeeze and excitation (Hu et al. 2018): the image, its channels weighed by what their means say. */
export interface Squeeze {
  /** Channels between the means and the weights. */
  readonly squeezed: number;
  readonly activation: Spec;
  /** Makes the weights, between 0 and 1. */
  readonly gate: Spec;
}

const squeezeExcite = (channels: number, { squeezed, activation, gate }: Squeeze) =>
  multiply({
    image: identity(),
    gate: stack({ avgpool: adaptivePool(1), fc1: conv(squeezed, 1), activation, fc2: conv(channels, 1), gate }),
  });

/** A row of a table of inverted residual blocks. */
export interface InvertedResidual {
  /** Channels that come in, that the block widens them to, and that it makes. */
  readonly inputs: number;
  readonly expanded: number;
  readonly filters: number;
  /** Of the depthwise convolution. */
  readonly kernel: number;
  readonly stride: number;
  readonly activation: Spec;
  readonly norm?: BatchNormOptions;
  readonly squeeze?: Squeeze;
  /** The rate at which the whole block is left out in training. */
  readonly drop?: number;
}

/** 1×1 to more channels, a depthwise convolution, 1×1 to few (Sandler et al. 2018), around which x passes where the shape stays. */
export function invertedResidual(
  { inputs, expanded, filters, kernel, stride, activation, norm, squeeze, drop = 0 }: InvertedResidual,
): Spec {
  const parts = [
    ...(expanded === inputs ? [] : [unit(expanded, 1, { norm, activation })]),
    unit(expanded, kernel, { stride, groups: expanded, norm, activation }),
    ...(squeeze ? [squeezeExcite(expanded, squeeze)] : []),
    unit(filters, 1, { norm }),
  ];
  if (stride > 1 || inputs !== filters) return stack({ block: stack(parts) });
  return stack({ block: residual(stack(drop > 0 ? [...parts, stochasticDepth(drop)] : parts)) });
}

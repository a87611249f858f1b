import { adaptivePool } from "../dsl/layers/adaptive_pool.ts";
import { batchNorm, type BatchNormOptions } from "../dsl/layers/batch_norm.ts";
import { conv, type ConvOptions } from "../dsl/layers/conv.ts";
import { identity } from "../dsl/layers/activations.ts";
import { multiply } from "../dsl/combinators/multiply.ts";
import { residual } from "../dsl/combinators/residual.ts";
import type { Spec } from "../dsl/spec.ts";
import { stack } from "../dsl/combinators/stack.ts";
import { stochasticDepth } from "../dsl/layers/stochastic_depth.ts";
import type { Naming } from "../weights/names/naming.ts";

/** A convolution that changes the size only by its stride, a batch norm, and an activation if there is one. */
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

/** Squeeze and excitation (Hu et al. 2018), which weighs the channels of an image by a small network on their means. */
export interface Squeeze {
  /** Channels between the means and the weights. */
  readonly squeezed: number;
  readonly activation: Spec;
  /** The activation that makes weights between 0 and 1. */
  readonly gate: Spec;
}

const squeezeExcite = (channels: number, { squeezed, activation, gate }: Squeeze) =>
  multiply({
    image: identity(),
    gate: stack({ avgpool: adaptivePool(1), fc1: conv(squeezed, 1), activation, fc2: conv(channels, 1), gate }),
  });

/** The numbers and layers of an inverted residual block. */
export interface InvertedResidual {
  /** The channels of the input. */
  readonly inputs: number;
  /** The channels of the depthwise convolution. */
  readonly expanded: number;
  /** The channels of the output. */
  readonly filters: number;
  /** The side of the depthwise convolution's kernel. */
  readonly kernel: number;
  readonly stride: number;
  readonly activation: Spec;
  readonly norm?: BatchNormOptions;
  readonly squeeze?: Squeeze;
  /** The rate of stochastic depth: how often training leaves the block out. */
  readonly drop?: number;
}

/**
 * An inverted residual block (Sandler et al. 2018): a 1×1 convolution to more channels, a depthwise convolution, and a
 * 1×1 convolution to fewer. The input is added where it has the shape of the output.
 */
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

/** torchvision's names for models of these blocks. */
export const invertedResidualNames: Naming = { rules: { "/block/body/": "/block/", "/gate/": "/" } };

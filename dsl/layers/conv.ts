import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import { biasAdd } from "../../ops/bias_add.ts";
import { convolution } from "../../ops/convolution.ts";
import { castLike } from "../../ops/precision.ts";
import type { Pair } from "../../ops/window.ts";
import { absorbIntoKernel } from "../absorb_into_kernel.ts";
import { create } from "../create.ts";
import { count, countPair, either, flag, oneOf, optional, wholePair } from "../fields.ts";
import { type Initializer, initializer, kaimingNormal, zeros } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { asImage } from "../shape_inference.ts";
import { sizeOf } from "../shape.ts";
import { showWindow, slide, windowBounds } from "../window.ts";

/** A two-dimensional convolution, `[H, W, C]` → `[H', W', filters]`; made by {@linkcode conv}. */
export interface Conv {
  /** The name of the layer. */
  readonly type: "conv";
  /** The number of output channels. */
  readonly filters: number;
  /** Height and width of the window. */
  readonly kernel: Pair;
  /** Rows and columns from one window to the next. */
  readonly stride: Pair;
  /** Zeros above and below, left and right; "same" keeps the size. */
  readonly padding: Pair | "same";
  /** Rows and columns from one tap of the window to the next. */
  readonly dilation: Pair;
  /** The number of groups of channels that do not see each other. */
  readonly groups: number;
  /** Whether a bias is added. */
  readonly bias: boolean;
  /** How the kernel's first values are drawn. */
  readonly init: Initializer;
  /** How the bias's first values are drawn. */
  readonly biasInit: Initializer;
}

/** Options of {@linkcode conv}; one number stands for a pair. */
export interface ConvOptions {
  /** Rows and columns from one window to the next; default 1. */
  readonly stride?: number | Pair;
  /** Zeros on each side, or "same", which keeps the size and needs stride 1; default 0. */
  readonly padding?: number | Pair | "same";
  /** Rows and columns from one tap of the window to the next; default 1. */
  readonly dilation?: number | Pair;
  /** The number of groups of channels that do not see each other; default 1. */
  readonly groups?: number;
  /** Whether a bias is added; default true. */
  readonly bias?: boolean;
  /** The initializer of the kernel; default Kaiming normal by fan-out. */
  readonly init?: Initializer;
  /** The initializer of the bias; default zeros. */
  readonly biasInit?: Initializer;
}

/**
 * Two-dimensional convolution, `[H, W, C]` → `[H', W', filters]`;
 * H' = ⌊(H + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1, as in PyTorch.
 * Parameters: `kernel` `[kh, kw, C / groups, filters]`, `bias` `[filters]`.
 *
 * @example
 * ```ts
 * import { batchNorm, conv, relu, stack } from "@thorax/thorax";
 * stack([conv(64, 7, { stride: 2, padding: 3, bias: false }), batchNorm(), relu()]);
 * ```
 */
export function conv(filters: number, kernel: number | Pair, options: ConvOptions = {}): Conv {
  return create(convLayer, { filters, kernel, ...options });
}

export const convLayer: Layer<Conv> = {
  type: "conv",
  fields: {
    filters: count,
    kernel: countPair,
    stride: optional(countPair, 1),
    padding: optional(either((value) => typeof value === "string", oneOf("same"), wholePair), 0),
    dilation: optional(countPair, 1),
    groups: optional(count, 1),
    bias: optional(flag, true),
    init: initializer(kaimingNormal({ mode: "fanOut" })),
    biasInit: initializer(zeros),
  },
  check({ filters, stride, padding, groups }) {
    if (padding === "same" && (stride[0] > 1 || stride[1] > 1)) {
      return 'padding "same" goes with stride 1 only; give numbers, such as half the kernel';
    }
    if (filters % groups !== 0) return `${filters} filters cannot be split into ${groups} groups`;
  },
  shape(spec, input, at) {
    const [height, width, channels] = asImage(input, at);
    if (channels % spec.groups !== 0) {
      throw at.error(`channels in ${spec.groups} groups`, "Let groups divide the channels that come in.");
    }
    return [...slide([height, width], spec, at), spec.filters];
  },
  parameters(spec, [, , channels]) {
    const kernel = [...spec.kernel, channels / spec.groups, spec.filters];
    return {
      kernel: { shape: kernel, init: spec.init },
      ...(spec.bias && { bias: { shape: [spec.filters], init: spec.biasInit, fansOf: kernel } }),
    };
  },
  apply(spec, { kernel, bias }, x) {
    const output = convolution(x as Tensor4D, castLike(kernel as Tensor4D, x), spec);
    return spec.bias ? biasAdd(output, castLike(bias as Tensor1D, output)) : output;
  },
  absorb: absorbIntoKernel,
  multiplyAdds: (spec, [, , channels], output) => sizeOf(output) * sizeOf(spec.kernel) * channels / spec.groups,
  bounds: (spec) => windowBounds(spec),
  summary: (spec) => spec.groups === 1 ? showWindow(spec) : `${showWindow(spec)}, groups ${spec.groups}`,
};

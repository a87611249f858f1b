import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import { biasAdd } from "../../ops/bias_add.ts";
import { convolution } from "../../ops/convolution.ts";
import { castLike } from "../../ops/precision.ts";
import type { Pair } from "../../ops/window.ts";
import { create } from "../create.ts";
import { count, countPair } from "../fields.ts";
import { fanInUniform, type Initializer, initializer } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { asImage } from "../shape_inference.ts";
import { sizeOf } from "../shape.ts";
import { showPair } from "../window.ts";

/**
 * A linear map of each patch of an image, `[H, W, C]` → `[H / ph, W / pw, filters]`; made by {@linkcode
 * patchEmbedding}.
 */
export interface PatchEmbedding {
  /** The name of the layer. */
  readonly type: "patchEmbedding";
  /** The number of output channels. */
  readonly filters: number;
  /** Height and width of a patch, in pixels. */
  readonly patch: Pair;
  /** How the kernel's first values are drawn. */
  readonly init: Initializer;
  /** How the bias's first values are drawn. */
  readonly biasInit: Initializer;
}

/** Options of {@linkcode patchEmbedding}. */
export interface PatchEmbeddingOptions {
  /** The initializer of the kernel; default U(±1/√(ph·pw·C)), PyTorch's own. */
  readonly init?: Initializer;
  /** The initializer of the bias; the same default. */
  readonly biasInit?: Initializer;
}

/**
 * Maps each patch of an image linearly (Dosovitskiy et al. 2021), `[H, W, C]` → `[H / ph, W / pw, filters]`: a
 * convolution whose stride equals its kernel. The patch must divide the image. Parameters: `kernel` `[ph, pw, C,
 * filters]`, `bias` `[filters]`.
 *
 * @example
 * ```ts
 * import { patchEmbedding, stack, tokens } from "@thorax/thorax";
 * stack({ patches: patchEmbedding(192, 16), tokens: tokens() });
 * ```
 */
export function patchEmbedding(
  filters: number,
  patch: number | Pair,
  options: PatchEmbeddingOptions = {},
): PatchEmbedding {
  return create(patchEmbeddingLayer, { filters, patch, ...options });
}

export const patchEmbeddingLayer: Layer<PatchEmbedding> = {
  type: "patchEmbedding",
  fields: { filters: count, patch: countPair, init: initializer(fanInUniform), biasInit: initializer(fanInUniform) },
  shape({ filters, patch }, input, at) {
    const [height, width] = asImage(input, at);
    const [down, across] = [height / patch[0], width / patch[1]];
    if (!Number.isInteger(down) || !Number.isInteger(across)) {
      const [rows, columns] = [nearest(height, patch[0]), nearest(width, patch[1])];
      const fitting = rows === columns ? `sides of ${rows}` : `a height of ${rows} and a width of ${columns}`;
      throw at.error(`an image of whole patches of ${showPair(patch)}`, `Give it ${fitting}.`);
    }
    return [down, across, filters];
  },
  parameters({ filters, patch, init, biasInit }, [, , channels]) {
    const kernel = [...patch, channels, filters];
    return {
      kernel: { shape: kernel, init },
      bias: { shape: [filters], init: biasInit, fansOf: kernel },
    };
  },
  apply({ patch }, { kernel, bias }, x) {
    const options = { stride: patch, padding: [0, 0], dilation: [1, 1], groups: 1 } as const;
    const output = convolution(x as Tensor4D, castLike(kernel as Tensor4D, x), options);
    return biasAdd(output, castLike(bias as Tensor1D, output));
  },
  multiplyAdds: (_, input, output) => sizeOf(input) * output[2],
  bounds: ({ patch }) => ({ window: Math.max(...patch) }),
  summary: ({ patch }) => showPair(patch),
};

/** The nearest multiples of the patch below and above a size, `224 or 240`; the size alone where it is a multiple. */
function nearest(size: number, patch: number): string {
  const below = patch * Math.floor(size / patch), above = patch * Math.ceil(size / patch);
  return below === 0 || below === above ? `${above}` : `${below} or ${above}`;
}

import { conv } from "../dsl/layers/conv.ts";
import { dense } from "../dsl/layers/dense.ts";
import { gelu } from "../dsl/layers/activations.ts";
import { globalPool } from "../dsl/layers/global_pool.ts";
import { constant, truncatedNormal, zeros } from "../dsl/initializers.ts";
import { layerNorm } from "../dsl/layers/layer_norm.ts";
import { layerScale } from "../dsl/layers/layer_scale.ts";
import { residual } from "../dsl/combinators/residual.ts";
import { stack } from "../dsl/combinators/stack.ts";
import { stochasticDepth } from "../dsl/layers/stochastic_depth.ts";
import type { Builder, Family } from "./builder.ts";

interface Variant {
  /** Channels of each stage, and its blocks. */
  readonly widths: readonly number[];
  readonly blocks: readonly number[];
  /** The rate of stochastic depth, at the last block. */
  readonly drop: number;
}

/** First weights as torchvision has them. */
const init = truncatedNormal({ std: 0.02 }), biasInit = zeros;

const norm = () => layerNorm({ epsilon: 1e-6 });

/** 7×7 depthwise, norm, and two layers pixel by pixel (Liu et al. 2022, figure 4). */
const block = (width: number, drop: number) =>
  residual(stack({
    block: stack({
      depthwise: conv(width, 7, { padding: 3, groups: width, init, biasInit }),
      norm: norm(),
      expand: conv(4 * width, 1, { init, biasInit }),
      gelu: gelu(),
      project: conv(width, 1, { init, biasInit }),
    }),
    layer_scale: layerScale({ init: constant(1e-6) }),
    ...(drop > 0 && { drop: stochasticDepth(drop) }),
  }));

/** A patch of the image, or of the stage before, becomes a pixel; the norm is where the paper has it. */
const shrink = (width: number, index: number) =>
  index === 0
    ? stack([conv(width, 4, { stride: 4, init, biasInit }), norm()])
    : stack([norm(), conv(width, 2, { stride: 2, init, biasInit })]);

const features = ({ widths, blocks }: Variant, rate: number) => {
  const last = blocks.reduce((sum, count) => sum + count) - 1;
  let before = 0;
  return stack(widths.flatMap((width, index) => [
    shrink(width, index),
    stack(Array.from({ length: blocks[index] }, () => block(width, rate * before++ / last))),
  ]));
};

const convnext = (variant: Variant): Builder => ({ numClasses, dropout: rate = variant.drop }) =>
  stack({
    features: features(variant, rate),
    avgpool: globalPool(),
    classifier: stack({ norm: norm(), fc: dense(numClasses, { init, biasInit }) }),
  });

/**
 * The family, as torchvision has it: 28,589,128 parameters in ConvNeXt-Tiny with 3 channels and 1000 classes. Its dropout is
 * stochastic depth.
 */
export const convnexts: Family = {
  paper: {
    authors: "Liu, Mao, Wu, Feichtenhofer, Darrell, Xie",
    title: "A ConvNet for the 2020s",
    year: 2022,
  },
  models: {
    convnext_tiny: convnext({ widths: [96, 192, 384, 768], blocks: [3, 3, 9, 3], drop: 0.1 }),
  },
};

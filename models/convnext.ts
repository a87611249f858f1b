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
import type { Naming, WeightNames } from "../weights/names/naming.ts";
import type { Builder, Family } from "./builder.ts";

interface Config {
  /** The channels of each stage. */
  readonly widths: readonly number[];
  /** The number of blocks in each stage. */
  readonly blocks: readonly number[];
  /** The rate of stochastic depth at the last block. */
  readonly drop: number;
}

/** torchvision's first weights. */
const init = truncatedNormal({ std: 0.02 }), biasInit = zeros;

const norm = () => layerNorm({ epsilon: 1e-6 });

/** A 7×7 depthwise convolution, a norm, and two layers for each pixel (Liu et al. 2022, figure 4). */
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

/** Turns each patch of the image, or of the stage before, into a pixel. The norm is where the paper has it. */
const shrink = (width: number, index: number) =>
  index === 0
    ? stack([conv(width, 4, { stride: 4, init, biasInit }), norm()])
    : stack([norm(), conv(width, 2, { stride: 2, init, biasInit })]);

/** The stages. The rate of stochastic depth grows from 0 at the first block to `rate` at the last. */
const features = ({ widths, blocks }: Config, rate: number) => {
  const last = blocks.reduce((sum, count) => sum + count) - 1;
  let before = 0;
  return stack(widths.flatMap((width, index) => [
    shrink(width, index),
    stack(Array.from({ length: blocks[index] }, () => block(width, rate * before++ / last))),
  ]));
};

const convnext = (variant: Config): Builder => ({ numClasses, dropout: rate = variant.drop }) =>
  stack({
    features: features(variant, rate),
    avgpool: globalPool(),
    classifier: stack({ norm: norm(), fc: dense(numClasses, { init, biasInit }) }),
  });

/** timm and transformers have dense layers for each pixel, where the 1×1 convolutions are here. */
const shapes: Naming["shapes"] = {
  "/expand/kernel": ([units, inputs]) => [units, inputs],
  "/project/kernel": ([units, inputs]) => [units, inputs],
};

/** Names of transformers' ConvNextForImageClassification. */
const huggingface: Naming = {
  base: "convnext.",
  rules: {
    "features/0/0/": "embeddings/patch_embeddings/",
    "features/0/1/": "embeddings/layernorm/",
    ...Object.fromEntries(
      [0, 1, 2, 3].map((stage) => [`features/${2 * stage + 1}/`, `encoder/stages/${stage}/layers/`]),
    ),
    ...Object.fromEntries(
      [1, 2, 3].map((stage) => [`features/${2 * stage}/`, `encoder/stages/${stage}/downsampling_layer/`]),
    ),
    "/body/block/depthwise/": "/dwconv/",
    "/body/block/norm/": "/layernorm/",
    "/body/block/expand/": "/pwconv1/",
    "/body/block/project/": "/pwconv2/",
    "/body/layer_scale/scale": "/layer_scale_parameter",
    "classifier/norm/": "layernorm/",
    "classifier/fc/": "classifier/",
  },
  shapes,
  settings: () => ({ hidden_act: "gelu" }),
  epsilon: { norms: "its last layer norm", ours: 1e-6, theirs: 1e-12 },
};

const weightNames: WeightNames = {
  torchvision: {
    rules: {
      "/body/": "/",
      "/block/depthwise/": "/block/0/",
      "/block/norm/": "/block/2/",
      "/block/expand/": "/block/3/",
      "/block/project/": "/block/5/",
      "/layer_scale/scale": "/layer_scale",
      "classifier/norm/": "classifier/0/",
      "classifier/fc/": "classifier/2/",
    },
    shapes: { ...shapes, "/layer_scale/scale": ([channels]) => [channels, 1, 1] },
  },
  timm: {
    rules: {
      "features/0/": "stem/",
      ...Object.fromEntries([0, 1, 2, 3].map((stage) => [`features/${2 * stage + 1}/`, `stages/${stage}/blocks/`])),
      ...Object.fromEntries([1, 2, 3].map((stage) => [`features/${2 * stage}/`, `stages/${stage}/downsample/`])),
      "/body/block/depthwise/": "/conv_dw/",
      "/body/block/norm/": "/norm/",
      "/body/block/expand/": "/mlp/fc1/",
      "/body/block/project/": "/mlp/fc2/",
      "/body/layer_scale/scale": "/gamma",
      "classifier/": "head/",
    },
    shapes,
  },
  huggingface,
};

/** The ConvNeXt family, as in torchvision. Its dropout is stochastic depth. */
export const convnexts: Family = {
  name: "ConvNeXt",
  paper: {
    authors: "Liu, Mao, Wu, Feichtenhofer, Darrell, Xie",
    title: "A ConvNet for the 2020s",
    year: 2022,
  },
  inputSize: 224,
  models: {
    convnext_tiny: {
      build: convnext({ widths: [96, 192, 384, 768], blocks: [3, 3, 9, 3], drop: 0.1 }),
      parameters: 28_589_128,
      multiplyAdds: 4.456e9,
    },
  },
  weightNames,
};

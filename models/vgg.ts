import { adaptivePool } from "../dsl/layers/adaptive_pool.ts";
import { batchNorm } from "../dsl/layers/batch_norm.ts";
import { conv } from "../dsl/layers/conv.ts";
import { dense } from "../dsl/layers/dense.ts";
import { dropout } from "../dsl/layers/dropout.ts";
import { flatten } from "../dsl/layers/flatten.ts";
import { normal, zeros } from "../dsl/initializers.ts";
import type { Spec } from "../dsl/spec.ts";
import { pool } from "../dsl/layers/pool.ts";
import { relu } from "../dsl/layers/activations.ts";
import { stack } from "../dsl/combinators/stack.ts";
import type { WeightNames } from "../weights/names/naming.ts";
import type { Builder, Family } from "./builder.ts";

type Layers = readonly (number | "M")[];

/**
 * The filters of 3×3 convolutions, and M for max pooling: columns A, B, D and E of table 1 (Simonyan & Zisserman 2015).
 */
const layers = {
  vgg11: [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
  vgg13: [64, 64, "M", 128, 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
  vgg16: [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"],
  vgg19: [64, 64, "M", 128, 128, "M", 256, 256, 256, 256, "M", 512, 512, 512, 512, "M", 512, 512, 512, 512, "M"],
} satisfies Record<string, Layers>;

const convRelu = (filters: number) => [conv(filters, 3, { padding: 1 }), relu()];
const convNormRelu = (filters: number) => [conv(filters, 3, { padding: 1 }), batchNorm(), relu()];

const features = (table: Layers, unit: (filters: number) => Spec[]) =>
  stack(table.flatMap((n) => n === "M" ? pool(2) : unit(n)));

const linear = (units: number) => dense(units, { init: normal({ std: 0.01 }), biasInit: zeros });

/** Builds the 3×3 features of a table, pooled to 7×7 whatever the image's size, and three dense layers. */
const vgg = (table: Layers, unit: (filters: number) => Spec[]): Builder => ({ numClasses, dropout: rate = 0.5 }) =>
  stack({
    features: features(table, unit),
    avgpool: adaptivePool(7),
    flatten: flatten(),
    classifier: stack([
      linear(4096),
      relu(),
      dropout(rate),
      linear(4096),
      relu(),
      dropout(rate),
      linear(numClasses),
    ]),
  });

/** timm writes the first two dense layers as convolutions of 7×7 and 1×1. */
const weightNames: WeightNames = {
  torchvision: {},
  timm: {
    rules: { "classifier/0/": "pre_logits/fc1/", "classifier/3/": "pre_logits/fc2/", "classifier/6/": "head/fc/" },
    shapes: {
      "classifier/0/kernel": ([units, inputs]) => [units, inputs / 49, 7, 7],
      "classifier/3/kernel": ([units, inputs]) => [units, inputs, 1, 1],
    },
  },
  document: {},
};

/** The VGG family. Models whose names end in `_bn` have a batch norm after each convolution. */
export const vggs: Family = {
  name: "VGG",
  paper: {
    authors: "Simonyan, Zisserman",
    title: "Very deep convolutional networks for large-scale image recognition",
    year: 2015,
  },
  inputSize: 224,
  models: {
    vgg11: { build: vgg(layers.vgg11, convRelu), parameters: 132_863_336, multiplyAdds: 7.609e9 },
    vgg13: { build: vgg(layers.vgg13, convRelu), parameters: 133_047_848, multiplyAdds: 11.308e9 },
    vgg16: { build: vgg(layers.vgg16, convRelu), parameters: 138_357_544, multiplyAdds: 15.47e9 },
    vgg19: { build: vgg(layers.vgg19, convRelu), parameters: 143_667_240, multiplyAdds: 19.632e9 },
    vgg11_bn: { build: vgg(layers.vgg11, convNormRelu), parameters: 132_868_840, multiplyAdds: 7.609e9 },
    vgg13_bn: { build: vgg(layers.vgg13, convNormRelu), parameters: 133_053_736, multiplyAdds: 11.308e9 },
    vgg16_bn: { build: vgg(layers.vgg16, convNormRelu), parameters: 138_365_992, multiplyAdds: 15.47e9 },
    vgg19_bn: { build: vgg(layers.vgg19, convNormRelu), parameters: 143_678_248, multiplyAdds: 19.632e9 },
  },
  weightNames,
};

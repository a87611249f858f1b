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
import type { Builder, Family } from "./builder.ts";

type Layers = readonly (number | "M")[];

/** Simonyan & Zisserman 2015, table 1, columns A, B, D and E: filters of 3×3 convolutions, and M for max pooling. */
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

/** The 3×3 features of a table, pooled to 7×7 whatever the image's size, and three dense layers. */
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

/** The family; `_bn` has batch normalization after each convolution. 138,357,544 parameters in VGG-16 with 1000 classes. */
export const vggs: Family = {
  paper: {
    authors: "Simonyan, Zisserman",
    title: "Very deep convolutional networks for large-scale image recognition",
    year: 2015,
  },
  models: {
    vgg11: vgg(layers.vgg11, convRelu),
    vgg13: vgg(layers.vgg13, convRelu),
    vgg16: vgg(layers.vgg16, convRelu),
    vgg19: vgg(layers.vgg19, convRelu),
    vgg11_bn: vgg(layers.vgg11, convNormRelu),
    vgg13_bn: vgg(layers.vgg13, convNormRelu),
    vgg16_bn: vgg(layers.vgg16, convNormRelu),
    vgg19_bn: vgg(layers.vgg19, convNormRelu),
  },
};

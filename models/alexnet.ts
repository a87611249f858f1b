import { adaptivePool } from "../dsl/layers/adaptive_pool.ts";
import { conv, type ConvOptions } from "../dsl/layers/conv.ts";
import { dense } from "../dsl/layers/dense.ts";
import { dropout } from "../dsl/layers/dropout.ts";
import { flatten } from "../dsl/layers/flatten.ts";
import { fanInUniform } from "../dsl/initializers.ts";
import { pool } from "../dsl/layers/pool.ts";
import { relu } from "../dsl/layers/activations.ts";
import { stack } from "../dsl/combinators/stack.ts";
import type { Builder, Family } from "./builder.ts";

/** A convolution with PyTorch's default first weights, and ReLU. */
const convRelu = (filters: number, kernel: number, options: ConvOptions) => [
  conv(filters, kernel, { init: fanInUniform, biasInit: fanInUniform, ...options }),
  relu(),
];

/** AlexNet in one column (Krizhevsky 2014, "One weird trick"), as in torchvision. */
const alexnet: Builder = ({ numClasses, dropout: rate = 0.5 }) =>
  stack({
    features: stack([
      ...convRelu(64, 11, { stride: 4, padding: 2 }),
      pool(3, { stride: 2 }),
      ...convRelu(192, 5, { padding: 2 }),
      pool(3, { stride: 2 }),
      ...convRelu(384, 3, { padding: 1 }),
      ...convRelu(256, 3, { padding: 1 }),
      ...convRelu(256, 3, { padding: 1 }),
      pool(3, { stride: 2 }),
    ]),
    avgpool: adaptivePool(6),
    flatten: flatten(),
    classifier: stack([dropout(rate), dense(4096), relu(), dropout(rate), dense(4096), relu(), dense(numClasses)]),
  });

/** The AlexNet family. */
export const alexnets: Family = {
  name: "AlexNet",
  paper: {
    authors: "Krizhevsky",
    title: "One weird trick for parallelizing convolutional neural networks",
    year: 2014,
  },
  inputSize: 224,
  models: {
    alexnet: { build: alexnet, parameters: 61_100_840, multiplyAdds: 0.714e9 },
  },
  // timm has no AlexNet.
  weightNames: { torchvision: {}, document: {} },
};

import { batchNorm } from "../dsl/layers/batch_norm.ts";
import { concat } from "../dsl/combinators/concat.ts";
import { conv, type ConvOptions } from "../dsl/layers/conv.ts";
import { dense } from "../dsl/layers/dense.ts";
import { dropout } from "../dsl/layers/dropout.ts";
import { globalPool } from "../dsl/layers/global_pool.ts";
import { identity, relu } from "../dsl/layers/activations.ts";
import { kaimingNormal, zeros } from "../dsl/initializers.ts";
import { pool } from "../dsl/layers/pool.ts";
import { stack } from "../dsl/combinators/stack.ts";
import type { Naming, WeightNames } from "../weights/names/naming.ts";
import { torchxrayvision } from "../weights/names/torchxrayvision.ts";
import type { Builder, Family } from "./builder.ts";

interface Row {
  /** Channels that the stem makes. */
  readonly stem: number;
  /** Channels that each layer adds. */
  readonly growth: number;
  /** The number of layers in each block. */
  readonly blocks: readonly number[];
}

/** Table 1 of Huang et al. 2017, and DenseNet-161 of their code. */
const rows = {
  densenet121: { stem: 64, growth: 32, blocks: [6, 12, 24, 16] },
  densenet161: { stem: 96, growth: 48, blocks: [6, 12, 36, 24] },
  densenet169: { stem: 64, growth: 32, blocks: [6, 12, 32, 32] },
  densenet201: { stem: 64, growth: 32, blocks: [6, 12, 48, 32] },
} satisfies Record<string, Row>;

/** A convolution with torchvision's first weights, and without a bias, as a batch norm follows. */
const bare = (filters: number, kernel: number, options: ConvOptions = {}) =>
  conv(filters, kernel, { bias: false, init: kaimingNormal(), ...options });

/** Adds `growth` channels to those of the input, by way of a bottleneck of four times as many. */
const denseLayer = (growth: number, rate: number) =>
  concat({
    x: identity(),
    body: stack({
      norm1: batchNorm(),
      relu1: relu(),
      conv1: bare(4 * growth, 1),
      norm2: batchNorm(),
      relu2: relu(),
      conv2: bare(growth, 3, { padding: 1 }),
      ...(rate > 0 && { dropout: dropout(rate) }),
    }),
  });

const denseBlock = (layers: number, growth: number, rate: number) =>
  stack(Object.fromEntries(Array.from({ length: layers }, (_, i) => [`denselayer${i + 1}`, denseLayer(growth, rate)])));

/** Halves the size, and reduces the channels to `filters`. */
const transition = (filters: number) =>
  stack({ norm: batchNorm(), relu: relu(), conv: bare(filters, 1), pool: pool(2, { kind: "average" }) });

const features = ({ stem, growth, blocks }: Row, rate: number) => {
  let channels = stem;
  return stack({
    conv0: bare(stem, 7, { stride: 2, padding: 3 }),
    norm0: batchNorm(),
    relu0: relu(),
    pool0: pool(3, { stride: 2, padding: 1 }),
    ...Object.fromEntries(blocks.flatMap((layers, i) => {
      const block = [`denseblock${i + 1}`, denseBlock(layers, growth, rate)] as const;
      if (i === blocks.length - 1) return [block];
      channels = (channels + layers * growth) / 2;
      return [block, [`transition${i + 1}`, transition(channels)]];
    })),
    norm5: batchNorm(),
  });
};

const densenet = (row: Row): Builder => ({ numClasses, dropout: rate = 0 }) =>
  stack({
    features: features(row, rate),
    relu: relu(),
    avgpool: globalPool(),
    classifier: dense(numClasses, { biasInit: zeros }),
  });

/** The downloads of torchvision, from 2017, have other names, which `_load_state_dict` in its densenet.py replaces. */
const torchvision: Naming = {
  rules: { "/body/": "/" },
  variant: {
    rules: { "/norm1/": "/norm/1/", "/conv1/": "/conv/1/", "/norm2/": "/norm/2/", "/conv2/": "/conv/2/" },
    note: "in the form of torchvision's own downloads (norm.1, conv.1)",
  },
};

const weightNames: WeightNames = {
  torchvision,
  timm: torchvision,
  monai: { rules: { "/body/": "/layers/", "classifier/": "class_layers/out/" } },
  torchxrayvision: torchxrayvision(torchvision, [
    "NIH ChestX-ray14",
    "PadChest",
    "CheXpert",
    "MIMIC-CXR",
    "Google's reading of NIH ChestX-ray14",
    "OpenI",
    "RSNA",
  ]),
};

/** The DenseNet family. Dropout is after each layer's 3×3 convolution, where the paper has it for small data sets. */
export const densenets: Family = {
  name: "DenseNet",
  paper: {
    authors: "Huang, Liu, van der Maaten, Weinberger",
    title: "Densely connected convolutional networks",
    year: 2017,
  },
  inputSize: 224,
  models: {
    densenet121: { build: densenet(rows.densenet121), parameters: 7_978_856, multiplyAdds: 2.834e9 },
    densenet161: { build: densenet(rows.densenet161), parameters: 28_681_000, multiplyAdds: 7.728e9 },
    densenet169: { build: densenet(rows.densenet169), parameters: 14_149_480, multiplyAdds: 3.36e9 },
    densenet201: { build: densenet(rows.densenet201), parameters: 20_013_928, multiplyAdds: 4.291e9 },
  },
  weightNames,
};

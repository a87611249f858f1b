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
import type { Builder, Family } from "./builder.ts";

interface Row {
  /** Channels of the stem. */
  readonly stem: number;
  /** Channels that each layer adds. */
  readonly growth: number;
  /** Layers of each block. */
  readonly blocks: readonly number[];
}

/** Huang et al. 2017, table 1, and the 161 of their code. */
const rows = {
  densenet121: { stem: 64, growth: 32, blocks: [6, 12, 24, 16] },
  densenet161: { stem: 96, growth: 48, blocks: [6, 12, 36, 24] },
  densenet169: { stem: 64, growth: 32, blocks: [6, 12, 32, 32] },
  densenet201: { stem: 64, growth: 32, blocks: [6, 12, 48, 32] },
} satisfies Record<string, Row>;

/** As torchvision draws it; without a bias, for a batch norm follows. */
const bare = (filters: number, kernel: number, options: ConvOptions = {}) =>
  conv(filters, kernel, { bias: false, init: kaimingNormal(), ...options });

/** Beside all that came before, `growth` channels made of it, by way of four times as many. */
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

/** Half the channels, half the size. */
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

/**
 * The family; 7,978,856 parameters in DenseNet-121 with 3 channels and 1000 classes. Dropout, where it is asked for, is after
 * each layer's 3×3 convolution, where the paper has it for small data sets.
 */
export const densenets: Family = {
  paper: {
    authors: "Huang, Liu, van der Maaten, Weinberger",
    title: "Densely connected convolutional networks",
    year: 2017,
  },
  models: Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, densenet(row)])),
};

import { batchNorm } from "../dsl/layers/batch_norm.ts";
import { conv, type ConvOptions } from "../dsl/layers/conv.ts";
import { dense } from "../dsl/layers/dense.ts";
import { dropout } from "../dsl/layers/dropout.ts";
import { globalPool } from "../dsl/layers/global_pool.ts";
import { pool } from "../dsl/layers/pool.ts";
import { relu } from "../dsl/layers/activations.ts";
import { residual } from "../dsl/combinators/residual.ts";
import { stack } from "../dsl/combinators/stack.ts";
import type { Naming, WeightNames } from "../weights/names/naming.ts";
import { torchxrayvision } from "../weights/names/torchxrayvision.ts";
import type { Builder, Family } from "./builder.ts";

interface Block {
  /** Filters of the block's first convolution. */
  readonly filters: number;
  readonly stride: number;
  /** Whether the shortcut is a projection, as the block changes the shape. */
  readonly project: boolean;
}

/** A convolution without a bias, as the batch norm after it has an offset. */
const bare = (filters: number, kernel: number, options: ConvOptions = {}) =>
  conv(filters, kernel, { bias: false, ...options });

const projection = (filters: number, { stride, project }: Block) =>
  project ? { shortcut: stack({ conv: bare(filters, 1, { stride }), bn: batchNorm() }) } : {};

/** Two 3×3 convolutions (He et al. 2016, figure 5, left). */
const basic = (block: Block) =>
  stack({
    block: residual(
      stack({
        conv1: bare(block.filters, 3, { stride: block.stride, padding: 1 }),
        bn1: batchNorm(),
        relu: relu(),
        conv2: bare(block.filters, 3, { padding: 1 }),
        bn2: batchNorm(),
      }),
      projection(block.filters, block),
    ),
    relu: relu(),
  });

/**
 * Convolutions of 1×1, 3×3, and 1×1 to four times the filters (figure 5, right). The 3×3 has the stride, as in
 * torchvision ("v1.5").
 */
const bottleneck = (block: Block) =>
  stack({
    block: residual(
      stack({
        conv1: bare(block.filters, 1),
        bn1: batchNorm(),
        relu1: relu(),
        conv2: bare(block.filters, 3, { stride: block.stride, padding: 1 }),
        bn2: batchNorm(),
        relu2: relu(),
        conv3: bare(4 * block.filters, 1),
        bn3: batchNorm(),
      }),
      projection(4 * block.filters, block),
    ),
    relu: relu(),
  });

/** A stage of blocks. The first has the stride, and a projection where it changes the shape. */
const stage = (block: typeof basic, index: number, blocks: number) =>
  stack(Array.from({ length: blocks }, (_, i) =>
    block({
      filters: 64 << index,
      stride: i === 0 && index > 0 ? 2 : 1,
      project: i === 0 && (index > 0 || block === bottleneck),
    })));

/** Builds a ResNet with so many blocks in each stage (He et al. 2016, table 1). */
const resnet = (block: typeof basic, counts: readonly number[]): Builder => ({ numClasses, dropout: rate = 0 }) =>
  stack({
    conv1: bare(64, 7, { stride: 2, padding: 3 }),
    bn1: batchNorm(),
    relu: relu(),
    maxpool: pool(3, { stride: 2, padding: 1 }),
    ...Object.fromEntries(counts.map((blocks, index) => [`layer${index + 1}`, stage(block, index, blocks)])),
    avgpool: globalPool(),
    ...(rate > 0 && { dropout: dropout(rate) }),
    fc: dense(numClasses),
  });

const torchvision: Naming = {
  rules: {
    "/block/body/": "/",
    "/block/shortcut/conv/": "/downsample/0/",
    "/block/shortcut/bn/": "/downsample/1/",
  },
};

/**
 * MONAI's projections have a bias, unless it is built with `bias_downsample=False`; then its names are torchvision's.
 */
const monai: Naming = {
  ...torchvision,
  foldedBiases: { "/shortcut/bn/mean": (name) => name.replace(/1\.running_mean$/, "0.bias") },
  caveat: "its first convolution has a stride of 1 in MONAI, unless it is built with conv1_t_stride=2, and of 2 here",
};

/**
 * Names of transformers' ResNetForImageClassification, where the convolutions of a block and the blocks of a stage are
 * lists.
 */
const huggingface: Naming = {
  base: "resnet.",
  rules: {
    "conv1/": "embedder/embedder/convolution/",
    "bn1/": "embedder/embedder/normalization/",
    ...Object.fromEntries([1, 2, 3, 4].map((stage) => [`layer${stage}/`, `encoder/stages/${stage - 1}/layers/`])),
    ...Object.fromEntries([1, 2, 3].flatMap((index) => [
      [`/block/body/conv${index}/`, `/layer/${index - 1}/convolution/`],
      [`/block/body/bn${index}/`, `/layer/${index - 1}/normalization/`],
    ])),
    "/block/shortcut/conv/": "/shortcut/convolution/",
    "/block/shortcut/bn/": "/shortcut/normalization/",
    "fc/": "classifier/1/",
  },
  settings: () => ({ hidden_act: "relu", downsample_in_first_stage: false, downsample_in_bottleneck: false }),
};

/** timm's names are torchvision's. */
const weightNames: WeightNames = {
  torchvision,
  timm: torchvision,
  torchxrayvision: torchxrayvision(torchvision, ["NIH ChestX-ray14", "PadChest", "RSNA", "SIIM", "VinBigData"]),
  huggingface,
  monai,
  document: torchvision,
};

/** The ResNet family. Dropout, which the paper does not have, is before the last layer where it is asked for. */
export const resnets: Family = {
  name: "ResNet",
  paper: { authors: "He, Zhang, Ren, Sun", title: "Deep residual learning for image recognition", year: 2016 },
  inputSize: 224,
  models: {
    resnet18: { build: resnet(basic, [2, 2, 2, 2]), parameters: 11_689_512, multiplyAdds: 1.814e9 },
    resnet34: { build: resnet(basic, [3, 4, 6, 3]), parameters: 21_797_672, multiplyAdds: 3.664e9 },
    resnet50: { build: resnet(bottleneck, [3, 4, 6, 3]), parameters: 25_557_032, multiplyAdds: 4.089e9 },
    resnet101: { build: resnet(bottleneck, [3, 4, 23, 3]), parameters: 44_549_160, multiplyAdds: 7.801e9 },
    resnet152: { build: resnet(bottleneck, [3, 8, 36, 3]), parameters: 60_192_808, multiplyAdds: 11.514e9 },
  },
  weightNames,
};

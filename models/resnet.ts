import { batchNorm } from "../dsl/layers/batch_norm.ts";
import { conv, type ConvOptions } from "../dsl/layers/conv.ts";
import { dense } from "../dsl/layers/dense.ts";
import { dropout } from "../dsl/layers/dropout.ts";
import { globalPool } from "../dsl/layers/global_pool.ts";
import { pool } from "../dsl/layers/pool.ts";
import { relu } from "../dsl/layers/activations.ts";
import { residual } from "../dsl/combinators/residual.ts";
import { stack } from "../dsl/combinators/stack.ts";
import type { Builder, Family } from "./builder.ts";

interface Block {
  /** Of its first convolution. */
  readonly filters: number;
  readonly stride: number;
  /** Whether the shortcut has to change the shape. */
  readonly project: boolean;
}

/** Without a bias: the offset of the batch norm that follows does what it would. */
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

/** 1×1, 3×3, 1×1 to four times the filters (figure 5, right); the stride is the 3×3's: "v1.5", as torchvision has it. */
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

/** A stage of blocks: the first takes the stride, and projects where it changes the shape. */
const stage = (block: typeof basic, index: number, blocks: number) =>
  stack(Array.from({ length: blocks }, (_, i) =>
    block({
      filters: 64 << index,
      stride: i === 0 && index > 0 ? 2 : 1,
      project: i === 0 && (index > 0 || block === bottleneck),
    })));

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

/**
 * The family: the blocks of each stage (He et al. 2016, table 1). 11,689,512 parameters in ResNet-18 with 3 channels and
 * 1000 classes. Dropout, which the paper has not, stands before the last layer where it is asked for.
 */
export const resnets: Family = {
  paper: { authors: "He, Zhang, Ren, Sun", title: "Deep residual learning for image recognition", year: 2016 },
  models: {
    resnet18: resnet(basic, [2, 2, 2, 2]),
    resnet34: resnet(basic, [3, 4, 6, 3]),
    resnet50: resnet(bottleneck, [3, 4, 6, 3]),
    resnet101: resnet(bottleneck, [3, 4, 23, 3]),
    resnet152: resnet(bottleneck, [3, 8, 36, 3]),
  },
};

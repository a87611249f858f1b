import { dense } from "../dsl/layers/dense.ts";
import { dropout } from "../dsl/layers/dropout.ts";
import { globalPool } from "../dsl/layers/global_pool.ts";
import { kaimingUniform, zeros } from "../dsl/initializers.ts";
import { sigmoid, silu } from "../dsl/layers/activations.ts";
import type { Spec } from "../dsl/spec.ts";
import { stack } from "../dsl/combinators/stack.ts";
import type { Naming } from "../weights/names/naming.ts";
import type { Builder, Family } from "./builder.ts";
import { invertedResidual, invertedResidualNames, unit } from "./inverted_residual.ts";

interface Stage {
  /** The factor by which a block widens its channels inside. */
  readonly expansion: number;
  readonly kernel: number;
  /** The stride of the first block. */
  readonly stride: number;
  readonly filters: number;
  readonly blocks: number;
}

/** Table 1 of Tan & Le 2019. */
const b0: readonly Stage[] = [
  { expansion: 1, kernel: 3, stride: 1, filters: 16, blocks: 1 },
  { expansion: 6, kernel: 3, stride: 2, filters: 24, blocks: 2 },
  { expansion: 6, kernel: 5, stride: 2, filters: 40, blocks: 2 },
  { expansion: 6, kernel: 3, stride: 2, filters: 80, blocks: 3 },
  { expansion: 6, kernel: 5, stride: 1, filters: 112, blocks: 3 },
  { expansion: 6, kernel: 5, stride: 2, filters: 192, blocks: 4 },
  { expansion: 6, kernel: 3, stride: 1, filters: 320, blocks: 1 },
];
const stem = 32;

/** The blocks of all stages. The rate of stochastic depth grows from 0 with each block, toward `rate`. */
function stages(table: readonly Stage[], rate: number): Spec[] {
  const total = table.reduce((sum, { blocks }) => sum + blocks, 0);
  let inputs = stem, before = 0;
  return table.map(({ expansion, kernel, stride, filters, blocks }) =>
    stack(Array.from({ length: blocks }, (_, i) => {
      const squeeze = { squeezed: Math.floor(inputs / 4), activation: silu(), gate: sigmoid() };
      const block = invertedResidual({
        inputs,
        expanded: inputs * expansion,
        filters,
        kernel,
        stride: i === 0 ? stride : 1,
        activation: silu(),
        squeeze,
        drop: rate * before / total,
      });
      inputs = filters;
      before++;
      return block;
    }))
  );
}

/** torchvision's first weights of the last layer. */
const init = kaimingUniform({ mode: "fanOut", gain: Math.sqrt(1 / 3) });

const efficientnet = (table: readonly Stage[]): Builder => ({ numClasses, dropout: rate = 0.2 }) =>
  stack({
    features: stack([
      unit(stem, 3, { stride: 2, activation: silu() }),
      ...stages(table, rate),
      unit(4 * table[table.length - 1].filters, 1, { activation: silu() }),
    ]),
    avgpool: globalPool(),
    classifier: stack([dropout(rate), dense(numClasses, { init, biasInit: zeros })]),
  });

/** timm's names. The first block does not widen its input, so it has one convolution less than the others. */
const timm: Naming = {
  rules: {
    "/body/": "/",
    "features/0/0/": "conv_stem/",
    "features/0/1/": "bn1/",
    "features/1/0/block/0/0/": "blocks/0/0/conv_dw/",
    "features/1/0/block/0/1/": "blocks/0/0/bn1/",
    "features/1/0/block/1/gate/": "blocks/0/0/se/",
    "features/1/0/block/2/0/": "blocks/0/0/conv_pw/",
    "features/1/0/block/2/1/": "blocks/0/0/bn2/",
    ...Object.fromEntries([2, 3, 4, 5, 6, 7].map((stage) => [`features/${stage}/`, `blocks/${stage - 1}/`])),
    "/block/0/0/": "/conv_pw/",
    "/block/0/1/": "/bn1/",
    "/block/1/0/": "/conv_dw/",
    "/block/1/1/": "/bn2/",
    "/block/2/gate/": "/se/",
    "/block/3/0/": "/conv_pwl/",
    "/block/3/1/": "/bn3/",
    "/se/fc1/": "/se/conv_reduce/",
    "/se/fc2/": "/se/conv_expand/",
    "features/8/0/": "conv_head/",
    "features/8/1/": "bn2/",
    "classifier/1/": "classifier/",
  },
};

/** The EfficientNet family, as in torchvision. The rate of dropout is that of stochastic depth too, as in the paper. */
export const efficientnets: Family = {
  name: "EfficientNet",
  paper: {
    authors: "Tan, Le",
    title: "EfficientNet: rethinking model scaling for convolutional neural networks",
    year: 2019,
  },
  inputSize: 224,
  models: {
    efficientnet_b0: { build: efficientnet(b0), parameters: 5_288_548, multiplyAdds: 0.386e9 },
  },
  weightNames: { torchvision: invertedResidualNames, timm },
};

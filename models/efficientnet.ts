import { dense } from "../dsl/layers/dense.ts";
import { dropout } from "../dsl/layers/dropout.ts";
import { globalPool } from "../dsl/layers/global_pool.ts";
import { kaimingUniform, zeros } from "../dsl/initializers.ts";
import { sigmoid, silu } from "../dsl/layers/activations.ts";
import type { Spec } from "../dsl/spec.ts";
import { stack } from "../dsl/combinators/stack.ts";
import type { Builder, Family } from "./builder.ts";
import { invertedResidual, unit } from "./inverted_residual.ts";

interface Stage {
  /** How many times a block's channels are widened inside. */
  readonly expansion: number;
  readonly kernel: number;
  /** The stride of the first block. */
  readonly stride: number;
  readonly filters: number;
  readonly blocks: number;
}

/** Tan & Le 2019, table 1. */
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

/** Its blocks, the later the more often left out in training: up to `rate`. */
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

/** As torchvision draws it. */
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

/**
 * The family, as torchvision has it: 5,288,548 parameters in B0 with 3 channels and 1000 classes. The rate of dropout is that of
 * stochastic depth too, as in the paper.
 */
export const efficientnets: Family = {
  paper: {
    authors: "Tan, Le",
    title: "EfficientNet: rethinking model scaling for convolutional neural networks",
    year: 2019,
  },
  models: { efficientnet_b0: efficientnet(b0) },
};

import { dense } from "../dsl/layers/dense.ts";
import { dropout } from "../dsl/layers/dropout.ts";
import { globalPool } from "../dsl/layers/global_pool.ts";
import { hardSigmoid, hardSwish, relu } from "../dsl/layers/activations.ts";
import { normal, zeros } from "../dsl/initializers.ts";
import { stack } from "../dsl/combinators/stack.ts";
import type { Builder, Family } from "./builder.ts";
import { invertedResidual, invertedResidualNames, unit } from "./inverted_residual.ts";

/** An activation of table 1: ReLU or hard swish. */
type Activation = "RE" | "HS";

/** A block. With 0 squeezed channels it has no squeeze and excitation. */
type Row = readonly [
  kernel: number,
  expanded: number,
  filters: number,
  squeezed: number,
  activation: Activation,
  stride: number,
];

interface Config {
  readonly blocks: readonly Row[];
  /** The units of the dense layer before the last. */
  readonly units: number;
}

/** Table 1 of Howard et al. 2019. */
const large: Config = {
  blocks: [
    [3, 16, 16, 0, "RE", 1],
    [3, 64, 24, 0, "RE", 2],
    [3, 72, 24, 0, "RE", 1],
    [5, 72, 40, 24, "RE", 2],
    [5, 120, 40, 32, "RE", 1],
    [5, 120, 40, 32, "RE", 1],
    [3, 240, 80, 0, "HS", 2],
    [3, 200, 80, 0, "HS", 1],
    [3, 184, 80, 0, "HS", 1],
    [3, 184, 80, 0, "HS", 1],
    [3, 480, 112, 120, "HS", 1],
    [3, 672, 112, 168, "HS", 1],
    [5, 672, 160, 168, "HS", 2],
    [5, 960, 160, 240, "HS", 1],
    [5, 960, 160, 240, "HS", 1],
  ],
  units: 1280,
};

/** Table 2 of Howard et al. 2019. */
const small: Config = {
  blocks: [
    [3, 16, 16, 8, "RE", 2],
    [3, 72, 24, 0, "RE", 2],
    [3, 88, 24, 0, "RE", 1],
    [5, 96, 40, 24, "HS", 2],
    [5, 240, 40, 64, "HS", 1],
    [5, 240, 40, 64, "HS", 1],
    [5, 120, 48, 32, "HS", 1],
    [5, 144, 48, 40, "HS", 1],
    [5, 288, 96, 72, "HS", 2],
    [5, 576, 96, 144, "HS", 1],
    [5, 576, 96, 144, "HS", 1],
  ],
  units: 1024,
};

const stem = 16;
const norm = { epsilon: 0.001, momentum: 0.01 };
const linear = (units: number) => dense(units, { init: normal({ std: 0.01 }), biasInit: zeros });

const block = (inputs: number, [kernel, expanded, filters, squeezed, activation, stride]: Row) =>
  invertedResidual({
    inputs,
    expanded,
    filters,
    kernel,
    stride,
    activation: activation === "HS" ? hardSwish() : relu(),
    norm,
    ...(squeezed > 0 && { squeeze: { squeezed, activation: relu(), gate: hardSigmoid() } }),
  });

const mobilenet = ({ blocks, units }: Config): Builder => ({ numClasses, dropout: rate = 0.2 }) => {
  const widths = [stem, ...blocks.map(([, , filters]) => filters)];
  return stack({
    features: stack([
      unit(stem, 3, { stride: 2, norm, activation: hardSwish() }),
      ...blocks.map((row, i) => block(widths[i], row)),
      unit(6 * widths[blocks.length], 1, { norm, activation: hardSwish() }),
    ]),
    avgpool: globalPool(),
    classifier: stack([linear(units), hardSwish(), dropout(rate), linear(numClasses)]),
  });
};

/**
 * The MobileNetV3 family, as in torchvision. timm's MobileNetV3 is another model: the ε of its batch norms is 1e-5, and
 * torchvision's is 1e-3.
 */
export const mobilenets: Family = {
  name: "MobileNetV3",
  paper: { authors: "Howard et al.", title: "Searching for MobileNetV3", year: 2019 },
  inputSize: 224,
  models: {
    mobilenet_v3_large: { build: mobilenet(large), parameters: 5_483_032, multiplyAdds: 0.217e9 },
    mobilenet_v3_small: { build: mobilenet(small), parameters: 2_542_856, multiplyAdds: 0.057e9 },
  },
  weightNames: { torchvision: invertedResidualNames },
};

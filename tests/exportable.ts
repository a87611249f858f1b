/** For tests: checkpoints to export, of weights by a formula. */
import * as tf from "@tensorflow/tfjs-core";
import { compile, type Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import { saveWeights } from "../weights/checkpoint/model_weights.ts";
import type { CheckpointMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import { noise } from "./parity/formula.ts";
import {
  adaptivePool,
  batchNorm,
  concat,
  conv,
  dense,
  dropout,
  flatten,
  globalPool,
  identity,
  multiply,
  pool,
  relu,
  repeat,
  residual,
  stack,
  sum,
} from "../mod.ts";

/** Every layer and combinator, in each form that is computed in another way: images `[22, width, 2]`, 3 classes. */
export function everyLayer(width = 20): Model {
  const gate = stack([globalPool(), dense(4), relu(), dense(8)]);
  const spec = stack({
    stem: stack({ conv: conv(8, 5, { stride: 2, padding: 2, bias: false }), bn: batchNorm(), relu: relu() }),
    pool: pool(3, { stride: 2, padding: 1 }),
    preactivated: residual(
      stack([
        batchNorm(),
        relu(),
        conv(8, 3, { padding: "same" }),
        pool(3, { kind: "average", stride: 1, padding: 1 }),
      ]),
    ),
    repeated: repeat(2, residual(stack([conv(8, 3, { padding: 1, groups: 4 }), dropout(0.5)]))),
    dilated: conv(8, [3, 1], { padding: [2, 0], dilation: [2, 1] }),
    branches: concat([conv(4, 1), stack([pool(1), conv(4, 3, { padding: 1, groups: 2 })])]),
    weighted: multiply({ image: identity(), gate }),
    uneven: adaptivePool([4, 3], { kind: "average" }),
    vectors: sum([stack([flatten(), dense(6)]), stack([globalPool({ kind: "max" }), dense(6, { bias: false })])]),
    head: dense(3),
  });
  return compile(spec, { input: [22, width, 2] });
}

/** Weights of a model by the formula, about as large as trained ones, on the backend in use. */
export function formulaWeights({ parameters }: Model): Weights {
  return Object.fromEntries(parameters.map(({ path, shape, fansOf }) => {
    const value = noise(path), name = path.split("/").at(-1);
    const spread = Math.sqrt(6 / fansOf.slice(0, -1).reduce((product, size) => product * size, 1));
    const values = Float32Array.from(
      { length: shape.reduce((a, b) => a * b, 1) },
      (_, i) =>
        name === "kernel"
          ? spread * value(i)
          : name === "scale" || name === "variance"
          ? 1 + value(i) / 2
          : value(i) / 10,
    );
    return [path, tf.tensor(values, [...shape])];
  }));
}

/** Writes the checkpoint of a model with such weights; `more` is what it says of itself beside. */
export async function writeExportable(
  path: string,
  name: string,
  model: Model,
  labels: readonly string[],
  more: Partial<CheckpointMetadata> = {},
): Promise<void> {
  const [height, width, channels] = model.input;
  const weights = formulaWeights(model);
  await saveWeights(path, {
    thorax: "0.1.0",
    model: name,
    spec: model.spec,
    input: [height, width, channels],
    labels,
    preprocessing: { imageSize: height, mean: 0.5, std: 0.5, channels, resize: "bilinear-antialias" },
    dataset: {
      kind: "phantom",
      name: "phantom",
      synthetic: true,
      splitSeed: 42,
      splitType: "original",
      split: { validation: [], test: [] },
    },
    options: {},
    epoch: 1,
    step: 1,
    validationLoss: null,
    ...more,
  }, weights);
  tf.dispose({ ...weights });
}

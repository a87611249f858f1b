/** For tests: a model of every layer, and checkpoints to export, with weights by a formula. */
import * as tf from "@tensorflow/tfjs-core";
import { compile, type Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import { saveWeights } from "../weights/checkpoint/model_weights.ts";
import type { CheckpointMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import type { BuiltinLayers, Spec } from "../dsl/spec.ts";
import { noise } from "./parity/formula.ts";
import {
  adaptivePool,
  attention,
  batchNorm,
  classToken,
  concat,
  conv,
  dense,
  dropout,
  flatten,
  gelu,
  globalPool,
  hardSigmoid,
  hardSwish,
  identity,
  layerNorm,
  layerScale,
  multiply,
  patchEmbedding,
  pool,
  relu,
  repeat,
  residual,
  sigmoid,
  silu,
  stack,
  stochasticDepth,
  sum,
  tokens,
} from "../mod.ts";

/** A layer with uneven values in every attribute, and the layers that make its input from images `[22, W, 2]`. */
interface Sample<L> {
  readonly layer: L;
  readonly before?: readonly Spec[];
}

/** Values from about −8 to 8, so that every piece of an activation counts. */
const loud = [conv(4, 1), sum([identity(), identity(), identity(), identity(), identity()])];
const patches = [patchEmbedding(6, [11, 2])], sequence = [...patches, tokens()];

/** Samples of every layer and combinator, in each form that is computed in another way. */
const samples: { readonly [Type in keyof BuiltinLayers]: readonly Sample<BuiltinLayers[Type]>[] } = {
  stack: [{
    layer: stack({
      conv: conv(4, [3, 1], { padding: [1, 0], bias: false }),
      bn: batchNorm({ epsilon: 0.4 }),
      relu: relu(),
    }),
  }],
  repeat: [{
    before: [conv(4, 1)],
    layer: repeat(2, residual(stack([conv(4, 3, { padding: 1, groups: 2 }), dropout(0.5)]))),
  }],
  residual: [
    { layer: residual(stack([batchNorm({ epsilon: 0.2 }), relu(), conv(2, [3, 5], { padding: "same" })])) },
    {
      layer: residual(conv(3, 3, { stride: [2, 1], padding: 1 }), {
        shortcut: stack([pool([2, 1]), conv(3, 1, { bias: false })]),
      }),
    },
  ],
  sum: [{ layer: sum([conv(3, 1), conv(3, [3, 5], { padding: [1, 2] })]) }],
  multiply: [{
    layer: multiply({ image: identity(), gate: stack([globalPool(), dense(3), relu(), dense(2), sigmoid()]) }),
  }],
  concat: [{ layer: concat([conv(3, 1), pool([3, 1], { stride: 1, padding: [1, 0] }), conv(1, 1)]) }],
  identity: [{ layer: identity() }],
  conv: [
    { layer: conv(4, [5, 3], { stride: [2, 1], padding: [2, 0], bias: false }) },
    { layer: conv(4, [3, 2], { padding: [2, 1], dilation: [2, 3] }) },
    { layer: conv(4, [4, 5], { padding: "same" }) },
    { before: [conv(4, 1)], layer: conv(6, [3, 5], { stride: [1, 2], padding: [1, 2], groups: 2 }) },
    { before: [conv(4, 1)], layer: conv(4, [3, 5], { padding: [0, 2], groups: 4 }) },
    { before: [conv(3, 1)], layer: conv(6, [5, 3], { stride: 2, padding: [1, 2], groups: 3 }) },
  ],
  pool: [
    { layer: pool([3, 2], { stride: [2, 3], padding: [1, 0] }) },
    { before: [relu()], layer: pool(3, { stride: 2, padding: 1 }) },
    { layer: pool([3, 4], { kind: "average", stride: [2, 3], padding: [1, 2] }) },
  ],
  adaptivePool: [
    { layer: adaptivePool([4, 3], { kind: "average" }) },
    { layer: adaptivePool([5, 7], { kind: "max" }) },
    { layer: adaptivePool([11, 1], { kind: "average" }) },
  ],
  globalPool: [
    { layer: globalPool({ kind: "average" }) },
    { layer: globalPool({ kind: "max" }) },
    { before: sequence, layer: globalPool({ kind: "average" }) },
  ],
  batchNorm: [{ layer: batchNorm({ epsilon: 0.3, momentum: 0.7 }) }],
  relu: [{ before: loud, layer: relu() }],
  sigmoid: [{ before: loud, layer: sigmoid() }],
  silu: [{ before: loud, layer: silu() }],
  hardSigmoid: [{ before: loud, layer: hardSigmoid() }],
  hardSwish: [{ before: loud, layer: hardSwish() }],
  gelu: [{ before: loud, layer: gelu() }],
  dense: [{ before: [flatten()], layer: dense(5) }, { before: sequence, layer: dense(5, { bias: false }) }],
  dropout: [{ layer: dropout(0.3) }],
  flatten: [{ layer: flatten() }],
  layerNorm: [{ before: sequence, layer: layerNorm({ epsilon: 0.2 }) }, { layer: layerNorm({ epsilon: 0.1 }) }],
  attention: [
    { before: sequence, layer: attention({ heads: 3 }) },
    { before: sequence, layer: attention({ heads: 2, bias: false }) },
  ],
  layerScale: [{ before: [conv(3, 1)], layer: layerScale() }],
  stochasticDepth: [{ layer: stochasticDepth(0.2) }],
  patchEmbedding: [{ layer: patchEmbedding(5, [2, 1]) }],
  tokens: [{ before: patches, layer: tokens() }],
  classToken: [{ before: sequence, layer: classToken() }],
};

/** The names of the logits of {@linkcode everyLayer}: two for each sample. */
export const everyLabel: readonly string[] = Object.entries(samples).flatMap(([type, { length }]) =>
  Array.from({ length: 2 * length }, (_, i) => `${type} ${Math.floor(i / 2)}${"ab"[i % 2]}`)
);

/** A model of every layer and combinator: images `[22, width, 2]`, and two logits for each sample. */
export function everyLayer(width = 20): Model {
  const heads = Object.entries(samples).flatMap(([type, ofType]) =>
    ofType.map(({ before = [], layer }, i) => [`${type}${i}`, stack([...before, layer, flatten(), dense(2)])] as const)
  );
  return compile(concat(Object.fromEntries(heads)), { input: [22, width, 2] });
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

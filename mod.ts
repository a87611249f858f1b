/**
 * Thorax: image classifiers as data, compiled to native TensorFlow graphs, trained and tested on chest films. Importing this
 * opens no library and needs no permission.
 *
 * @module
 */
export { adaptivePool } from "./dsl/layers/adaptive_pool.ts";
export type { Absorb, Affine } from "./dsl/affine.ts";
export { attention, type AttentionOptions } from "./dsl/layers/attention.ts";
export { batchNorm } from "./dsl/layers/batch_norm.ts";
export { classToken } from "./dsl/layers/class_token.ts";
export { compile, type CompileOptions, type Inference, type Model, type Parameter } from "./dsl/compile/compile.ts";
export { concat } from "./dsl/combinators/concat.ts";
export { conv, type ConvOptions } from "./dsl/layers/conv.ts";
export { create } from "./dsl/create.ts";
export { defineLayer } from "./dsl/define_layer.ts";
export { dense } from "./dsl/layers/dense.ts";
export { dropout } from "./dsl/layers/dropout.ts";
export { ShapeError, SpecError } from "./dsl/errors.ts";
export * as fields from "./dsl/fields.ts";
export { flatten } from "./dsl/layers/flatten.ts";
export { freeze, type Frozen } from "./dsl/compile/freeze.ts";
export { gelu } from "./dsl/layers/gelu.ts";
export { globalPool } from "./dsl/layers/global_pool.ts";
export { hardSigmoid } from "./dsl/layers/hard_sigmoid.ts";
export { hardSwish } from "./dsl/layers/hard_swish.ts";
export { identity } from "./dsl/layers/identity.ts";
export {
  constant,
  fanInUniform,
  type Initializer,
  kaimingNormal,
  kaimingUniform,
  normal,
  ones,
  truncatedNormal,
  xavierNormal,
  xavierUniform,
  zeros,
} from "./dsl/initializers.ts";
export type { Applied, Combinator, Definition, Join, Layer, Mode, Run, Weights } from "./dsl/layer.ts";
export { layerNorm } from "./dsl/layers/layer_norm.ts";
export { layerScale } from "./dsl/layers/layer_scale.ts";
export { defaultLimits, type Limits } from "./dsl/limits.ts";
export { multiply } from "./dsl/combinators/multiply.ts";
export { parse, type ParseOptions } from "./dsl/compile/parse.ts";
export { patchEmbedding } from "./dsl/layers/patch_embedding.ts";
export { drawModel } from "./dsl/picture/draw_model.ts";
export { pool } from "./dsl/layers/pool.ts";
export { relu } from "./dsl/layers/relu.ts";
export { repeat } from "./dsl/combinators/repeat.ts";
export { residual } from "./dsl/combinators/residual.ts";
export { asImage, type Shape } from "./dsl/shape.ts";
export { sigmoid } from "./dsl/layers/sigmoid.ts";
export { silu } from "./dsl/layers/silu.ts";
// All of it, by a star: only so does TypeScript carry a user's `declare module "@thorax/thorax"` through.
export * from "./dsl/spec.ts";
export { stack } from "./dsl/combinators/stack.ts";
export { stochasticDepth } from "./dsl/layers/stochastic_depth.ts";
export { sum } from "./dsl/combinators/sum.ts";
export { formatSummary, summary, type SummaryRow } from "./dsl/compile/summary.ts";
export { tokens } from "./dsl/layers/tokens.ts";
export type { Builder, ModelOptions, Paper } from "./models/builder.ts";
export { buildModel, type ModelEntry, registry } from "./models/registry.ts";

export { type Batch, type Batches, openBatches } from "./data/stream/batches.ts";
export type { Dataset, Film } from "./data/dataset.ts";
export type { NormalBy } from "./data/normal.ts";
export { openDataset } from "./data/readers/open_dataset.ts";
export { type SamplerName, samplers } from "./data/sampling/samplers.ts";
export { type Split, splitFilms } from "./data/sampling/split.ts";
export { verifyFilms } from "./data/stream/verify.ts";
export { formatTest } from "./evaluate/format.ts";
export { binaryTest, type TestResult } from "./evaluate/metrics.ts";
export { compilePrediction, type Prediction } from "./evaluate/predict.ts";
export { testModel } from "./evaluate/test.ts";
export { loadWeights, saveWeights } from "./train/checkpoint.ts";
export { type Ending, fit } from "./train/loop.ts";
export { initialState, type Progress, type TrainState } from "./train/state.ts";
export { compileStep, type StepInputs, type StepState } from "./train/step.ts";
export type { Training } from "./train/training.ts";
export {
  type CheckpointMetadata,
  type DatasetRecord,
  type Preprocessing,
  type SplitType,
  splitTypes,
} from "./weights/checkpoint/checkpoint_metadata.ts";
export {
  type InputNormalization,
  type LayerNormEpsilon,
  libraries,
  type Library,
  type Naming,
  type Settings,
  type WeightNames,
} from "./weights/names/naming.ts";
export { UserError } from "./errors.ts";
export * from "./runtime/mod.ts";

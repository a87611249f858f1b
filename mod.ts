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
export { buildModel, type Entry, registry } from "./models/registry.ts";

export { type Batch, type Batches, openBatches } from "./data/stream/batches.ts";
export type { Dataset, Film } from "./data/dataset.ts";
export type { NormalBy } from "./data/normal.ts";
export { openDataset } from "./data/readers/open_dataset.ts";
export { type SamplerName, samplers } from "./data/sampling/samplers.ts";
export { type Split, splitFilms } from "./data/sampling/split.ts";
export { verifyFilms } from "./data/stream/verify.ts";
export type { BinaryMetric, BinaryMetrics } from "./evaluate/binary_metrics.ts";
export type { TestFilms, TestSplit } from "./evaluate/choose_films.ts";
export type { Confusion } from "./evaluate/confusion.ts";
export { evaluateModel, type EvaluateModelOptions } from "./evaluate/evaluate_model.ts";
export type { Evaluation } from "./evaluate/evaluation.ts";
export { evaluationDocument } from "./evaluate/evaluation_document.ts";
export { formatEvaluation, writeReport } from "./evaluate/evaluation_report.ts";
export { formatTest } from "./evaluate/format_result.ts";
export {
  binaryTest,
  type BinaryTestInput,
  type LabelResult,
  type Predictions,
  type TestResult,
} from "./evaluate/metrics.ts";
export {
  type EvaluationPlan,
  planEvaluation,
  type PlanEvaluationOptions,
  type RunEvaluationOptions,
} from "./evaluate/evaluation_plan.ts";
export {
  compilePrediction,
  type FilmPredictions,
  type Prediction,
  type PredictionOptions,
} from "./evaluate/predict.ts";
export type { PredictedFilm } from "./evaluate/predict_films.ts";
export {
  type ImagePrediction,
  predictImages,
  type PredictImagesOptions,
  type PredictSourceOptions,
} from "./evaluate/predict_images.ts";
export { type TestInput, testModel } from "./evaluate/score_dataset.ts";
export type { Estimate, Seen, WithSeen } from "./evaluate/seen.ts";
export { verdict } from "./evaluate/verdict.ts";
export { exportCheckpoint, type ExportCheckpointOptions, type ExportedFile } from "./export/export_checkpoint.ts";
export type { ExportFormat } from "./export/formats.ts";
export { openModelFile, openTrainedModel } from "./trained/open_trained_model.ts";
export type { CompileTrainedOptions, ModelFile, ModelFileOptions, TrainedModel } from "./trained/trained_model.ts";
export { loadWeights, saveWeights } from "./weights/checkpoint/model_weights.ts";
export { type Ending, fit } from "./train/loop.ts";
export { initialState, type Progress, type TrainState } from "./train/state.ts";
export { compileStep, type StepInputs, type StepState } from "./train/step.ts";
export type { Training } from "./train/training.ts";
export type { Normalization } from "./data/images/normalization.ts";
export type { SplitName } from "./lineage/cohort.ts";
export type { Generation } from "./lineage/generation.ts";
export type { Precision } from "./ops/precision.ts";
export type { CheckpointMetadata } from "./weights/checkpoint/checkpoint_metadata.ts";
export type { Assumption } from "./weights/matching/recognize.ts";
export type { Library } from "./weights/names/naming.ts";
export { UserError } from "./errors.ts";
export * from "./runtime/mod.ts";

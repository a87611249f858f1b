/**
 * Thorax: image classifiers as data, compiled to native TensorFlow graphs, trained and tested on chest films. Importing
 * this opens no library and needs no permission.
 *
 * @module
 */
export type { AnySpec, Child } from "./dsl/any_spec.ts";
export { concat } from "./dsl/combinators/concat.ts";
export { multiply } from "./dsl/combinators/multiply.ts";
export type { Parts } from "./dsl/combinators/parts.ts";
export { repeat } from "./dsl/combinators/repeat.ts";
export { residual, type ResidualOptions } from "./dsl/combinators/residual.ts";
export { stack } from "./dsl/combinators/stack.ts";
export { sum } from "./dsl/combinators/sum.ts";
export { compile, type CompileOptions, type Inference, type Model, type Parameter } from "./dsl/compile/compile.ts";
export { dropoutRates } from "./dsl/compile/dropout_rates.ts";
export { freeze, type FrozenModel } from "./dsl/compile/freeze.ts";
export { parse, type ParseOptions } from "./dsl/compile/parse.ts";
export { formatSummary, summary, type SummaryRow } from "./dsl/compile/summary.ts";
export type { Branch, Leaf, Node, Tree } from "./dsl/compile/tree.ts";
export { create, type Origin } from "./dsl/create.ts";
export { defineLayer } from "./dsl/define_layer.ts";
export { ShapeError, type ShapeErrorDetails, SpecError } from "./dsl/errors.ts";
export * as fields from "./dsl/fields.ts";
export type { Field, Fields, Reading } from "./dsl/fields.ts";
export {
  constant,
  fanInUniform,
  type FanMode,
  type Initializer,
  type InitializerOptions,
  type Initializers,
  kaimingNormal,
  kaimingUniform,
  normal,
  ones,
  truncatedNormal,
  xavierNormal,
  xavierUniform,
  zeros,
} from "./dsl/initializers.ts";
export type {
  Absorb,
  Affine,
  ApplyResult,
  Bounds,
  Combinator,
  Definition,
  DefinitionBase,
  Flow,
  Join,
  Layer,
  LayerMode,
  LayerParameter,
  Mode,
  Weights,
} from "./dsl/layer.ts";
export {
  type Gelu,
  gelu,
  type HardSigmoid,
  hardSigmoid,
  type HardSwish,
  hardSwish,
  type Identity,
  identity,
  type Relu,
  relu,
  type Sigmoid,
  sigmoid,
  type Silu,
  silu,
} from "./dsl/layers/activations.ts";
export { type AdaptivePool, adaptivePool, type AdaptivePoolOptions } from "./dsl/layers/adaptive_pool.ts";
export { type Attention, attention, type AttentionOptions } from "./dsl/layers/attention.ts";
export { type BatchNorm, batchNorm, type BatchNormOptions } from "./dsl/layers/batch_norm.ts";
export { type ClassToken, classToken } from "./dsl/layers/class_token.ts";
export { type Conv, conv, type ConvOptions } from "./dsl/layers/conv.ts";
export { type Dense, dense, type DenseOptions } from "./dsl/layers/dense.ts";
export { type Dropout, dropout } from "./dsl/layers/dropout.ts";
export { type Flatten, flatten } from "./dsl/layers/flatten.ts";
export { type GlobalPool, globalPool, type GlobalPoolOptions } from "./dsl/layers/global_pool.ts";
export { type LayerNorm, layerNorm, type LayerNormOptions } from "./dsl/layers/layer_norm.ts";
export { type LayerScale, layerScale, type LayerScaleOptions } from "./dsl/layers/layer_scale.ts";
export { type PatchEmbedding, patchEmbedding, type PatchEmbeddingOptions } from "./dsl/layers/patch_embedding.ts";
export { type Pool, pool, type PoolKind, type PoolOptions } from "./dsl/layers/pool.ts";
export { type StochasticDepth, stochasticDepth } from "./dsl/layers/stochastic_depth.ts";
export { type Tokens, tokens, type TokensOptions } from "./dsl/layers/tokens.ts";
export { defaultLimits, type Limits } from "./dsl/limits.ts";
export { type DrawingOptions, drawModel } from "./dsl/picture/draw_model.ts";
export type { Place, Shape, Signal } from "./dsl/shape.ts";
export { asImage, type At } from "./dsl/shape_inference.ts";
// All of it, by a star: only so does TypeScript carry a user's `declare module "@thorax/thorax"` through.
export * from "./dsl/spec.ts";
export type { Precision } from "./ops/precision.ts";
export type { Pair } from "./ops/window.ts";

export type { Builder, ModelOptions, Paper } from "./models/builder.ts";
export { buildModel, type ModelEntry, registry } from "./models/registry.ts";

export type { Dataset, Film, FilmDigests, MissingFilms, PredefinedSplit } from "./data/dataset.ts";
export { verifyFilms, type VerifyOptions, type VerifyResult } from "./data/checks/verify.ts";
export type { Normalization } from "./data/images/normalization.ts";
export type { Plane } from "./data/images/plane.ts";
export { nihLabels, noFindingName } from "./data/labels.ts";
export type { NormalBy } from "./data/normal.ts";
export type { PhantomFilm } from "./data/phantom/film.ts";
export { openDataset, type OpenDatasetOptions } from "./data/readers/open_dataset.ts";
export type {
  DatasetPlace,
  DatasetReader,
  DatasetSource,
  FileReader,
  ReaderOptions,
  SyntheticReader,
} from "./data/readers/reader.ts";
export { type DatasetKind, readers } from "./data/readers/readers.ts";
export type { FilmClasses, Sampler, SamplerOptions } from "./data/sampling/sampler.ts";
export { type SamplerName, samplers } from "./data/sampling/samplers.ts";
export type { BinaryMetric, BinaryMetrics } from "./evaluate/binary_metrics.ts";
export type { TestFilms, TestSplit } from "./evaluate/choose_films.ts";
export type { Confusion } from "./evaluate/confusion.ts";
export { evaluateModel, type EvaluateModelOptions } from "./evaluate/evaluate_model.ts";
export type { Evaluation } from "./evaluate/evaluation.ts";
export { evaluationDocument } from "./evaluate/evaluation_document.ts";
export { formatEvaluation, writeReport } from "./evaluate/evaluation_report.ts";
export { formatTest } from "./evaluate/format_result.ts";
export { binaryTest, type BinaryTestInput } from "./evaluate/metrics.ts";
export type { Predictions } from "./evaluate/predictions.ts";
export type { LabelResult, TestResult } from "./evaluate/result.ts";
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
export { type Split, splitFilms } from "./data/splits/split.ts";
export {
  type Batch,
  type Batches,
  type BatchesOptions,
  type IdentifyOptions,
  openBatches,
  type StreamOptions,
} from "./data/stream/batches.ts";
export type { FilmJob } from "./data/stream/film_job.ts";
export { type Cohort, type FilmIdentity, type SplitName, splitNames } from "./lineage/cohort.ts";
export type { ClippingFunctions } from "./train/clipping/clip.ts";
export { type ClipByGlobalNorm, clipByGlobalNorm } from "./train/clipping/clip_by_global_norm.ts";
export { type BuiltInClipping, type Clipping, defineClipping, type OwnClipping } from "./train/clipping/clippings.ts";
export type { EarlyStopFunctions, Stop, StopFacts } from "./train/early_stops/early_stop.ts";
export {
  type BuiltInEarlyStop,
  defineEarlyStop,
  type EarlyStop,
  type OwnEarlyStop,
} from "./train/early_stops/early_stops.ts";
export { earlyStop, type Patience } from "./train/early_stops/patience.ts";
export { featureBatches } from "./train/features.ts";
export type { FineTuningOptions } from "./train/fine_tuning.ts";
export { fit, type FitResult } from "./train/loop.ts";
export { type BceWithLogits, bceWithLogits } from "./train/losses/bce_with_logits.ts";
export type { LossFunctions } from "./train/losses/loss.ts";
export { type BuiltInLoss, defineLoss, type Loss, type OwnLoss } from "./train/losses/losses.ts";
export { meanLoss } from "./train/losses/mean_loss.ts";
export { checkpoints, type CheckpointsOptions } from "./train/observers/checkpoints.ts";
export { lastState, type LastStateOptions } from "./train/observers/last_state.ts";
export { logLines } from "./train/observers/log_lines.ts";
export { metricsCsv } from "./train/observers/metrics_csv.ts";
export type { Ending, FitEvent, FitEvents, Handlers, Observer, StepFacts } from "./train/observers/observer.ts";
export { progressBar } from "./train/observers/progress_bar.ts";
export { type Adam, adam } from "./train/optimizers/adam.ts";
export type {
  OptimizedParameter,
  OptimizerFunctions,
  OptimizerSettings,
  StepPosition,
  UpdateInputs,
} from "./train/optimizers/optimizer.ts";
export {
  type BuiltInOptimizer,
  defineOptimizer,
  type Optimizer,
  type OwnOptimizer,
  stepScalars,
} from "./train/optimizers/optimizers.ts";
export type { OwnPart, Part } from "./train/parts.ts";
export { type RecordedPart, type RecordedRecipe, recordRecipe } from "./train/recipe_record.ts";
export { documentRecipe, type Recipe } from "./train/recipe.ts";
export { createRun } from "./train/run/create_run.ts";
export { fitRun, type FitRunOptions } from "./train/run/fit_run.ts";
export { openRun, type TrainingRun } from "./train/run/open_run.ts";
export { type ResumeOptions, resumeRun } from "./train/run/resume_run.ts";
export { type RunFolder, runFolder } from "./train/run/run_folder.ts";
export { runObservers, type RunObserversOptions } from "./train/run/run_observers.ts";
export type { FirstWeights, RecordedOptions, RunOptions } from "./train/run/run_options.ts";
export {
  type BuiltInSampler,
  defineSampler,
  type EpochSampler,
  type NamedSampler,
  type OwnSampler,
  sampler,
  type SamplerFunctions,
} from "./train/samplers/samplers.ts";
export { type Plateau, type ReduceOnPlateau, reduceOnPlateau } from "./train/schedules/reduce_on_plateau.ts";
export type { FinishedEpoch, ScheduledStep, ScheduleFunctions, ScheduleState } from "./train/schedules/schedule.ts";
export { type BuiltInSchedule, defineSchedule, type OwnSchedule, type Schedule } from "./train/schedules/schedules.ts";
export { initialState, type Json, type Progress, type TrainState } from "./train/state.ts";
export { compileStep, type Step, type StepInputs, type StepOptions, type StepState } from "./train/step.ts";
export type { FitOptions, Training } from "./train/training.ts";
export { compileClassifier } from "./trained/model_source.ts";
export type {
  ForeignGeneration,
  Generation,
  NamedGeneration,
  RecordedGeneration,
  SplitDigests,
} from "./lineage/generation.ts";
export type { Assumption } from "./weights/matching/choose_key_map.ts";
export {
  type CheckpointMetadata,
  type DatasetRecord,
  type Preprocessing,
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
export { UserError, type UserErrorOptions } from "./errors.ts";
export * from "./runtime/mod.ts";

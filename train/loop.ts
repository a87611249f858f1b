import * as tf from "@tensorflow/tfjs-core";
import type { Batch, Batches } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import { samplers } from "../data/samplers.ts";
import type { Split } from "../data/split.ts";
import type { Model } from "../dsl/compile.ts";
import { UserError } from "../errors.ts";
import { randomStream } from "../random.ts";
import type { CheckpointMetadata } from "../weights/checkpoint_metadata.ts";
import { saveWeights } from "./checkpoint.ts";
import { trainLog } from "./log.ts";
import { appendMetrics } from "./metrics_file.ts";
import { adamStep } from "./optimizer.ts";
import type { TrainOptions } from "./options.ts";
import { showProgress } from "./progress.ts";
import type { RunFolder } from "./run_folder.ts";
import { clipThreshold, reduceOnPlateau } from "./schedule.ts";
import { saveState } from "./state_file.ts";
import { epochsWithoutImprovement, type Progress, type TrainState } from "./state.ts";
import { compileStep, type Step } from "./step.ts";
import { batchTensors, compileValidation, type Validate } from "./validate.ts";

/** What a run works with, besides its state. */
export interface Training {
  readonly model: Model;
  readonly options: TrainOptions;
  readonly dataset: Dataset;
  readonly split: Split;
  readonly batches: Batches;
  readonly folder: RunFolder;
  /** The run's description at a point of its way, for the checkpoints. */
  readonly describe: (progress: Progress) => CheckpointMetadata;
  /** Aborted by Ctrl-C: the step under way is finished, and the state saved. */
  readonly signal: AbortSignal;
}

/** Why training ended. */
export type Ending = "epochs" | "steps" | "early stop" | "interrupted";

const earlyStopEpochs = 10;
const leastLearningRate = 1e-6;

/**
 * Trains until the epochs, the steps or the patience run out, and keeps the run folder: the best weights, those of every
 * `saveEvery`th epoch, the final ones, the state after each epoch, `metrics.csv`.
 *
 * @throws {UserError} exit status 1, at a step whose loss or gradient is not finite; the checkpoints stay as they were
 */
export async function fit(training: Training, state: TrainState): Promise<{ state: TrainState; ending: Ending }> {
  const { model, options, folder, describe, signal } = training;
  const step = compileStep(model, options);
  const validate = compileValidation(model);
  let ending: Ending = "epochs";
  while (state.progress.epoch < options.epochs) {
    const epoch = state.progress.epoch + 1;
    const start = performance.now();
    const trained = await trainEpoch(training, step, state, epoch);
    state = trained.state;
    if (signal.aborted) {
      await saveState(folder.state, describe(state.progress), state);
      return { state, ending: "interrupted" };
    }
    trainLog.info(
      `epoch ${epoch} - loss ${trained.loss.toFixed(4)} - time ${((performance.now() - start) / 1000).toFixed(2)}s`,
    );
    const loss = await validateEpoch(training, validate, state, epoch);
    trainLog.info(`val loss ${loss.toFixed(4)}`);
    state = await finishEpoch(training, state, epoch, loss);
    if (options.maxSteps !== undefined && state.progress.step >= options.maxSteps) {
      ending = "steps";
      break;
    }
    if (epochsWithoutImprovement(state.progress) >= earlyStopEpochs) {
      trainLog.info(`Early stop: no improvement in ${earlyStopEpochs} epochs`);
      ending = "early stop";
      break;
    }
    if (state.progress.plateau.learningRate < leastLearningRate) {
      trainLog.info(`Early stop: the learning rate fell below ${leastLearningRate}`);
      ending = "early stop";
      break;
    }
  }
  await saveWeights(folder.final, describe(state.progress), state.tensors.weights);
  return { state, ending };
}

/**
 * The training films of an epoch (from 1), in the order in which they are shown.
 *
 * @throws {UserError} where the sampler cannot draw from these films
 */
export function epochOrder(
  { splitType, seed, shuffle }: TrainOptions,
  { dataset, split }: Pick<Training, "dataset" | "split">,
  epoch: number,
): number[] {
  const labels = split.train.map((film) => dataset.films[film].labels);
  const noFinding = dataset.labels.indexOf("No Finding");
  const positions = samplers[splitType](labels, { seed, epoch, noFinding, classes: dataset.labels.length, shuffle });
  return positions.map((position) => split.train[position]);
}

/** One pass over the training films, in the sampler's order. The loss is the mean of the batches' means. */
async function trainEpoch(
  { model, options, dataset, split, batches, folder, signal }: Training,
  step: Step,
  state: TrainState,
  epoch: number,
): Promise<{ state: TrainState; loss: number }> {
  const { batchSize, limitTrainBatches = Infinity, maxSteps = Infinity, seed } = options;
  const order = epochOrder(options, { dataset, split }, epoch);
  const total = Math.min(Math.ceil(order.length / batchSize), limitTrainBatches, maxSteps - state.progress.step);
  using display = showProgress(`epoch ${epoch}/${options.epochs}`, total);
  let sum = 0, done = 0, examples = 0;
  for await (const batch of batches.stream(order.slice(0, total * batchSize), { batchSize })) {
    const start = performance.now();
    const { learningRate } = state.progress.plateau;
    const taken = await takeStep(step, state, batch, { model, epoch, seed });
    state = taken.state;
    sum += taken.loss;
    examples += batch.size;
    display.update(++done, examples, sum / done);
    await appendMetrics(folder.metrics, {
      epoch,
      step: state.progress.step,
      split: "train",
      loss: taken.loss,
      lr: learningRate,
      grad_norm: taken.norm,
      examples_per_second: batch.size / (performance.now() - start) * 1000,
    });
    if (signal.aborted) break;
  }
  return { state, loss: sum / done };
}

async function takeStep(
  step: Step,
  { tensors, progress }: TrainState,
  batch: Batch,
  { model, epoch, seed }: { model: Model; epoch: number; seed: number },
): Promise<{ state: TrainState; loss: number; norm: number }> {
  const number = progress.step + 1;
  const dropout = randomStream(seed, "dropout", number);
  const inputs = {
    ...batchTensors(batch, model),
    seed: tf.tensor1d([dropout.integer(2 ** 31), dropout.integer(2 ** 31)], "int32"),
    maxNorm: clipThreshold(epoch),
    ...adamStep(number, progress.plateau.learningRate),
  };
  const [next, result] = await step(tensors, inputs);
  const [loss, norm, finite] = result.dataSync();
  tf.dispose([inputs.images, inputs.targets, inputs.seed, result]);
  if (!finite) {
    throw new UserError(`step ${number} (epoch ${epoch}): the loss is ${loss} and the gradient's norm ${norm}`, {
      remedy: "Lower --lr; the checkpoints are as they were before this step",
      exitStatus: 1,
    });
  }
  return { state: { tensors: next, progress: { ...progress, step: number } }, loss, norm };
}

async function validateEpoch(
  { options, split, batches, folder }: Training,
  validate: Validate,
  { tensors, progress }: TrainState,
  epoch: number,
): Promise<number> {
  const { batchSize, limitValBatches = Infinity } = options;
  const total = Math.min(Math.ceil(split.val.length / batchSize), limitValBatches);
  const films = split.val.slice(0, total * batchSize);
  using display = showProgress("validation", total);
  const start = performance.now();
  const stream = batches.stream(films, { batchSize, pad: true });
  const loss = await validate(tensors.weights, stream, (done) => display.update(done, done * batchSize));
  await appendMetrics(folder.metrics, {
    epoch,
    step: progress.step,
    split: "val",
    loss,
    examples_per_second: films.length / (performance.now() - start) * 1000,
  });
  return loss;
}

/** What an epoch's validation loss changes, and the files that follow from it. */
async function finishEpoch(
  { options, folder, describe }: Training,
  { tensors, progress }: TrainState,
  epoch: number,
  loss: number,
): Promise<TrainState> {
  const plateau = reduceOnPlateau(progress.plateau, loss);
  const improved = progress.best === null || loss < progress.best.loss;
  const next: Progress = { ...progress, epoch, plateau, best: improved ? { epoch, loss } : progress.best };
  const metadata = { ...describe(next), validationLoss: loss };
  if (improved) {
    await saveWeights(folder.best, metadata, tensors.weights);
    trainLog.info(`Best model saved at epoch ${epoch}`);
  }
  if (plateau.learningRate < progress.plateau.learningRate) {
    trainLog.info(`learning rate ${plateau.learningRate}`);
  }
  if (epoch % options.saveEvery === 0) await saveWeights(folder.epoch(epoch), metadata, tensors.weights);
  await saveState(folder.state, metadata, { tensors, progress: next });
  return { tensors, progress: next };
}

import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../data/stream/batches.ts";
import { UnreadableFilmsError } from "../data/checks/unreadable.ts";
import type { Model } from "../dsl/compile/compile.ts";
import { UserError } from "../errors.ts";
import { randomStream } from "../random.ts";
import { appendMetrics } from "./metrics_file.ts";
import { adamStep } from "./optimizer.ts";
import { showProgress } from "./progress.ts";
import { clipThreshold } from "./schedule.ts";
import type { TrainState } from "./state.ts";
import type { Step } from "./step.ts";
import { epochOrder, type Training, validationFilms } from "./training.ts";
import { batchTensors, type Validate } from "./validate.ts";

/**
 * One pass over the training films, in the sampler's order, as far as `maxSteps` allows. The loss is the mean of the
 * batches' means; undefined where no step was left to take. `onStep` is told of the state after each step, which is what
 * an error leaves behind.
 *
 * @throws {UserError} exit status 1, at a step whose loss or gradient is not finite
 * @throws {UnreadableFilmsError} where the batches do, or where no film can be decoded
 */
export async function trainEpoch(
  { model, options, dataset, split, batches, folder, signal }: Training,
  step: Step,
  state: TrainState,
  epoch: number,
  onStep: (state: TrainState) => void = () => {},
): Promise<{ state: TrainState; loss: number | undefined }> {
  const { batchSize, limitTrainBatches = Infinity, maxSteps = Infinity, seed } = options;
  const order = epochOrder(options, { dataset, split }, epoch);
  const left = Math.max(0, maxSteps - state.progress.step);
  const total = Math.min(Math.ceil(order.length / batchSize), limitTrainBatches, left);
  using display = showProgress(`epoch ${epoch}/${options.epochs}`, total, { signal });
  let sum = 0, done = 0, examples = 0;
  for await (const batch of batches.stream(order, { batchSize, limit: total })) {
    const start = performance.now();
    const { learningRate } = state.progress.plateau;
    const taken = await takeStep(step, state, batch, { model, epoch, seed });
    state = taken.state;
    onStep(state);
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
  if (done === 0 && total > 0) {
    throw new UnreadableFilmsError(`epoch ${epoch}: none of the training films can be decoded`);
  }
  return { state, loss: done === 0 ? undefined : sum / done };
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

/**
 * The validation loss after an epoch; undefined where Ctrl-C cut it short.
 *
 * @throws {UserError} exit status 1, where it is not finite
 * @throws {UnreadableFilmsError} where the batches do, or where no film can be decoded
 */
export async function validateEpoch(
  training: Training,
  validate: Validate,
  { tensors, progress }: TrainState,
  epoch: number,
): Promise<number | undefined> {
  const { options: { batchSize }, batches, folder, signal } = training;
  const films = validationFilms(training);
  using display = showProgress("validation", Math.ceil(films.length / batchSize), { signal });
  const start = performance.now();
  const stream = untilAborted(batches.stream(films, { batchSize, pad: true }), signal);
  let seen = 0;
  const loss = await validate(tensors.weights, stream, (done) => display.update(seen = done, done * batchSize));
  if (signal.aborted) return undefined;
  if (seen === 0) throw new UnreadableFilmsError(`epoch ${epoch}: none of the validation films can be decoded`);
  if (!Number.isFinite(loss)) {
    throw new UserError(`epoch ${epoch}: the validation loss is ${loss}`, {
      remedy: "Lower --lr; the checkpoints are as they were before this epoch",
      exitStatus: 1,
    });
  }
  await appendMetrics(folder.metrics, {
    epoch,
    step: progress.step,
    split: "val",
    loss,
    examples_per_second: films.length / (performance.now() - start) * 1000,
  });
  return loss;
}

async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, void> {
  for await (const item of items) {
    if (signal.aborted) return;
    yield item;
  }
}

import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../data/stream/batches.ts";
import { UnreadableFilmsError } from "../data/checks/unreadable.ts";
import { UserError } from "../errors.ts";
import { randomStream } from "../random.ts";
import { stepScalars } from "./optimizers/optimizers.ts";
import type { FitEvents } from "./observers/observer.ts";
import { scheduledRate } from "./schedules/schedules.ts";
import type { TrainState } from "./state.ts";
import type { Step } from "./step.ts";
import { epochOrder, type Training, validationFilms } from "./training.ts";
import { batchTensors, type Validate } from "./validate.ts";

/** Tells observers of an event, and of the state at it. */
export type Tell = <E extends keyof FitEvents>(event: E, facts: FitEvents[E], state: TrainState) => Promise<void>;

/** Who is told of an epoch. */
export interface EpochOptions {
  readonly tell?: Tell;
  /** Gets the state after each step, so that it is known where an error ends the epoch. */
  readonly onStep?: (state: TrainState) => void;
}

const untold: Tell = () => Promise.resolve();

/**
 * Trains for one pass over the training films, in the sampler's order, as far as `maxSteps` allows. The loss is the mean of the
 * batches' means; undefined where no step was left to take.
 *
 * @throws {UserError} exit status 1, at a step whose loss or gradient is not finite
 * @throws {UnreadableFilmsError} where the batches do, or where no film can be decoded
 */
export async function trainEpoch(
  training: Training,
  step: Step,
  state: TrainState,
  epoch: number,
  { tell = untold, onStep = () => {} }: EpochOptions = {},
): Promise<{ state: TrainState; loss: number | undefined }> {
  const { batchSize, epochs, limitTrainBatches, maxSteps, batches, signal } = training;
  const order = epochOrder(training, epoch);
  const left = Math.max(0, maxSteps - state.progress.step);
  const planned = Math.min(Math.ceil(order.length / batchSize), limitTrainBatches), total = Math.min(planned, left);
  await tell("epochStart", { epoch, epochs, batches: total }, state);
  let sum = 0, done = 0, examplesSoFar = 0;
  for await (const batch of batches.stream(order, { batchSize, limit: total })) {
    const start = performance.now();
    const taken = await takeStep(training, step, state, batch, { epoch, stepsPerEpoch: planned });
    state = taken.state;
    onStep(state);
    sum += taken.loss;
    examplesSoFar += batch.size;
    const { loss, learningRate, gradientNorm } = taken, seconds = (performance.now() - start) / 1000;
    const facts = { epoch, step: state.progress.step, batch: ++done, loss, learningRate, gradientNorm };
    await tell("step", { ...facts, meanLoss: sum / done, examples: batch.size, examplesSoFar, seconds }, state);
    if (signal.aborted) break;
  }
  if (done === 0 && total > 0) {
    throw new UnreadableFilmsError(`epoch ${epoch}: none of the training films can be decoded`);
  }
  return { state, loss: done === 0 ? undefined : sum / done };
}

async function takeStep(
  { model, recipe: { optimizer, schedule }, epochs, seed }: Training,
  step: Step,
  { tensors, progress, ...rest }: TrainState,
  batch: Batch,
  { epoch, stepsPerEpoch }: { readonly epoch: number; readonly stepsPerEpoch: number },
): Promise<{ state: TrainState; loss: number; learningRate: number; gradientNorm: number }> {
  const number = progress.step + 1;
  const at = { initial: optimizer.learningRate, step: number, epoch, epochs, stepsPerEpoch };
  const learningRate = scheduledRate(schedule, progress.schedule, at);
  const dropout = randomStream(seed, "dropout", number);
  const inputs = {
    ...batchTensors(batch, model),
    seed: tf.tensor1d([dropout.integer(2 ** 31), dropout.integer(2 ** 31)], "int32"),
    scalars: stepScalars(optimizer, { step: number, epoch, learningRate }),
  };
  const [next, result] = await step(tensors, inputs);
  const [loss, gradientNorm, finite] = result.dataSync();
  tf.dispose([inputs.images, inputs.targets, inputs.seed, result]);
  if (!finite) {
    throw new UserError(
      `step ${number} (epoch ${epoch}): the loss is ${loss} and the gradient's norm ${gradientNorm}`,
      {
        remedy: "Lower --lr; the checkpoints are as they were before this step",
        exitStatus: 1,
      },
    );
  }
  const state = { ...rest, tensors: next, progress: { ...progress, step: number } };
  return { state, loss, learningRate, gradientNorm };
}

/**
 * Computes the validation loss after an epoch; undefined where the run's signal cut it short.
 *
 * @throws {UserError} exit status 1, where it is not finite
 * @throws {UnreadableFilmsError} where the batches do, or where no film can be decoded
 */
export async function validateEpoch(
  training: Training,
  validate: Validate,
  state: TrainState,
  epoch: number,
  { tell = untold }: Pick<EpochOptions, "tell"> = {},
): Promise<number | undefined> {
  const { batchSize, batches, signal } = training;
  const films = validationFilms(training), examples = films.length;
  await tell("validationStart", { epoch, batches: Math.ceil(examples / batchSize) }, state);
  const start = performance.now();
  const stream = untilAborted(batches.stream(films, { batchSize, pad: true }), signal);
  let seen = 0;
  const loss = await validate(state.tensors.weights, stream, async (batch) => {
    await tell("validationStep", { epoch, batch: seen = batch, examples: batch * batchSize }, state);
  });
  if (signal.aborted) return undefined;
  if (seen === 0) throw new UnreadableFilmsError(`epoch ${epoch}: none of the validation films can be decoded`);
  if (!Number.isFinite(loss)) {
    throw new UserError(`epoch ${epoch}: the validation loss is ${loss}`, {
      remedy: "Lower --lr; the checkpoints are as they were before this epoch",
      exitStatus: 1,
    });
  }
  await tell("validated", { epoch, loss, examples, seconds: (performance.now() - start) / 1000 }, state);
  return loss;
}

async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, void> {
  for await (const item of items) {
    if (signal.aborted) return;
    yield item;
  }
}

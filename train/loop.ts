import { UnreadableFilmsError } from "../data/checks/unreadable.ts";
import type { Model } from "../dsl/compile/compile.ts";
import { lossNote } from "./baseline.ts";
import { saveWeights } from "../weights/checkpoint/model_weights.ts";
import { trainEpoch, validateEpoch } from "./epoch.ts";
import { trainLog } from "./log.ts";
import { hasRunOut, leastLearningRate, reduceOnPlateau } from "./schedule.ts";
import { saveState } from "./state_file.ts";
import { epochsWithoutImprovement, type Progress, type TrainState } from "./state.ts";
import { compileStep, type Step } from "./step.ts";
import type { Training } from "./training.ts";
import { compileValidation, type Validate } from "./validate.ts";

/** Why training ended. */
export type Ending = "epochs" | "steps" | "no improvement" | "learning rate" | "interrupted";

const patience = 10;

const earlyStops: Partial<Record<Ending, string>> = {
  "no improvement": `The validation loss has not improved in ${patience} epochs`,
  "learning rate": `The learning rate fell below ${leastLearningRate}`,
};

/**
 * Trains until the epochs, the steps or the patience run out, and keeps the run folder: the best weights, those of every
 * `saveEvery`th epoch, the final ones, the state after each epoch, `metrics.csv`. A state that is already at its end is
 * left as it is.
 *
 * @throws {UserError} exit status 1, where a loss or gradient is not finite; the checkpoints stay as they were
 * @throws {UnreadableFilmsError} where too many films cannot be decoded; the state is saved before
 */
export async function fit(training: Training, start: TrainState): Promise<{ state: TrainState; ending: Ending }> {
  const { model, options, rates, folder, describe } = training;
  const compiled = {
    step: compileStep(model, { ...options, rates }),
    validate: compileValidation(model, options),
  };
  let state = start;
  const keep = () => saveState(folder.state, describe(state.progress), state);
  let ending = endingOf(state.progress, training);
  try {
    for (; ending === undefined; ending = endingOf(state.progress, training)) {
      const finished = await oneEpoch(training, compiled, state, (next) => void (state = next));
      if (!finished) {
        await keep();
        return { state, ending: "interrupted" };
      }
      state = finished;
    }
  } catch (error) {
    if (error instanceof UnreadableFilmsError) await keep();
    throw error;
  }
  const { progress: { epoch, best }, tensors } = state, reason = earlyStops[ending];
  if (reason !== undefined) {
    for (const line of [`Early stopping triggered at epoch ${epoch}.`, reason]) trainLog.info(line);
  }
  await saveWeights(folder.final, describe(state.progress), tensors.weights, [folder.best, folder.epoch(epoch)]);
  trainLog.info("Final model saved.");
  const note = lossNote(training, best);
  if (note !== undefined) trainLog.info(note);
  return { state, ending };
}

/** One epoch, its validation, and what follows from them; undefined where Ctrl-C cut it short. */
async function oneEpoch(
  training: Training,
  { step, validate }: { readonly step: Step; readonly validate: Validate },
  before: TrainState,
  onStep: (state: TrainState) => void,
): Promise<TrainState | undefined> {
  const epoch = before.progress.epoch + 1, start = performance.now();
  const { state, loss } = await trainEpoch(training, step, before, epoch, onStep);
  if (training.signal.aborted) return undefined;
  if (loss !== undefined) {
    const seconds = ((performance.now() - start) / 1000).toFixed(2);
    trainLog.info(`epoch ${epoch} - loss ${loss.toFixed(4)} - time ${seconds}s`);
  }
  const validated = await validateEpoch(training, validate, state, epoch);
  if (validated === undefined) return undefined;
  trainLog.info(`val loss ${validated.toFixed(4)}`);
  return await finishEpoch(training, state, epoch, validated);
}

/** Why training is over at this point; undefined while it is not. */
function endingOf(progress: Progress, { model, options, rates }: Training): Ending | undefined {
  const { epochs, maxSteps = Infinity, lr } = options;
  if (progress.epoch >= epochs) return "epochs";
  if (progress.best === null) return undefined; // nothing is validated yet, and so there is nothing to test
  if (progress.step >= maxSteps) return "steps";
  if (epochsWithoutImprovement(progress) >= patience) return "no improvement";
  return hasRunOut(progress.plateau, lr, greatestMultiple(model, rates)) ? "learning rate" : undefined;
}

/** The greatest of the learning rates that a run trains with, as a multiple of `--lr`'s. */
function greatestMultiple({ parameters }: Model, rates: Training["rates"]): number {
  const multiples = parameters.filter(({ trainable }) => trainable).map(({ path }) => rates?.get(path) ?? 1);
  return multiples.reduce((greatest, multiple) => Math.max(greatest, multiple), 0);
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
  const best = improved ? { epoch, loss } : progress.best;
  const next: Progress = { ...progress, epoch, plateau, best, validationLoss: loss };
  const metadata = describe(next);
  if (improved) {
    await saveWeights(folder.best, metadata, tensors.weights);
    trainLog.info(`Best model saved at epoch ${epoch} with val loss ${loss.toFixed(4)}`);
  }
  if (plateau.learningRate < progress.plateau.learningRate) {
    trainLog.info(`learning rate ${plateau.learningRate}`);
  }
  if (epoch % options.saveEvery === 0) {
    await saveWeights(folder.epoch(epoch), metadata, tensors.weights, [folder.best]);
    trainLog.info(`Checkpoint saved at epoch ${epoch}`);
  }
  await saveState(folder.state, metadata, { tensors, progress: next });
  return { tensors, progress: next };
}

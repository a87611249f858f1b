import { saveWeights } from "./checkpoint.ts";
import { trainEpoch, validateEpoch } from "./epoch.ts";
import { trainLog } from "./log.ts";
import type { TrainOptions } from "./options.ts";
import { reduceOnPlateau } from "./schedule.ts";
import { saveState } from "./state_file.ts";
import { epochsWithoutImprovement, type Progress, type TrainState } from "./state.ts";
import { compileStep } from "./step.ts";
import type { Training } from "./training.ts";
import { compileValidation } from "./validate.ts";

/** Why training ended. */
export type Ending = "epochs" | "steps" | "no improvement" | "learning rate" | "interrupted";

const patience = 10;
const leastLearningRate = 1e-6;

const earlyStops: Partial<Record<Ending, string>> = {
  "no improvement": `no improvement in ${patience} epochs`,
  "learning rate": `the learning rate fell below ${leastLearningRate}`,
};

/**
 * Trains until the epochs, the steps or the patience run out, and keeps the run folder: the best weights, those of every
 * `saveEvery`th epoch, the final ones, the state after each epoch, `metrics.csv`. A state that is already at its end is
 * left as it is.
 *
 * @throws {UserError} exit status 1, where a loss or gradient is not finite; the checkpoints stay as they were
 */
export async function fit(training: Training, state: TrainState): Promise<{ state: TrainState; ending: Ending }> {
  const { model, options, rates, folder, describe } = training;
  const step = compileStep(model, { ...options, rates });
  const validate = compileValidation(model, options);
  const interrupted = async () => {
    await saveState(folder.state, describe(state.progress), state);
    return { state, ending: "interrupted" as const };
  };
  let ending = endingOf(state.progress, options);
  for (; ending === undefined; ending = endingOf(state.progress, options)) {
    const epoch = state.progress.epoch + 1;
    const start = performance.now();
    const trained = await trainEpoch(training, step, state, epoch);
    state = trained.state;
    if (training.signal.aborted) return await interrupted();
    if (trained.loss !== undefined) {
      const seconds = ((performance.now() - start) / 1000).toFixed(2);
      trainLog.info(`epoch ${epoch} - loss ${trained.loss.toFixed(4)} - time ${seconds}s`);
    }
    const loss = await validateEpoch(training, validate, state, epoch);
    if (loss === undefined) return await interrupted();
    trainLog.info(`val loss ${loss.toFixed(4)}`);
    state = await finishEpoch(training, state, epoch, loss);
  }
  if (ending in earlyStops) trainLog.info(`Early stop: ${earlyStops[ending]}`);
  await saveWeights(folder.final, describe(state.progress), state.tensors.weights);
  return { state, ending };
}

/** Why training is over at this point; undefined while it is not. */
function endingOf(progress: Progress, { epochs, maxSteps = Infinity }: TrainOptions): Ending | undefined {
  if (progress.epoch >= epochs) return "epochs";
  if (progress.best === null) return undefined; // nothing is validated yet, and so there is nothing to test
  if (progress.step >= maxSteps) return "steps";
  if (epochsWithoutImprovement(progress) >= patience) return "no improvement";
  return progress.plateau.learningRate < leastLearningRate ? "learning rate" : undefined;
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

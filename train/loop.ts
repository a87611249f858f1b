import type { Model } from "../dsl/compile/compile.ts";
import type { Stop } from "./early_stops/early_stop.ts";
import { decideStop } from "./early_stops/early_stops.ts";
import { type Tell, trainEpoch, validateEpoch } from "./epoch.ts";
import type { Ending, Observer } from "./observers/observer.ts";
import { watch } from "./observers/watch.ts";
import { advanceSchedule } from "./schedules/schedules.ts";
import { initialState, type Progress, type TrainState } from "./state.ts";
import { compileStep, type Step } from "./step.ts";
import { type FitOptions, type Training, trainingOf } from "./training.ts";
import { compileValidation, type Validate } from "./validate.ts";

/** Where training ended, and why. */
export interface FitResult {
  /** The caller's, tensors included. */
  readonly state: TrainState;
  /** Why training ended. */
  readonly ending: Ending;
}

/**
 * Trains until the epochs, the steps or the recipe's early stop end it. It writes no file and prints nothing: what follows a
 * run are observers, which are told of every event in their order. Without `start` the first weights are drawn from the seed. A
 * state is overwritten by the first step, and one that is already at its end stays as it is.
 *
 * @throws {UserError} exit status 1, where a loss or gradient is not finite
 * @throws {UnreadableFilmsError} where too many films cannot be decoded
 * @throws whatever a required observer throws, once the others were told
 *
 * @example
 * ```ts
 * import { fit, type FitOptions } from "@thorax/thorax";
 * async function losses(training: FitOptions) {
 *   const found: number[] = [];
 *   await fit(training, undefined, [{ name: "losses", step: ({ loss }) => void found.push(loss) }]);
 *   return found;
 * }
 * ```
 */
export async function fit(
  options: FitOptions,
  start?: TrainState,
  observers: readonly Observer[] = [],
): Promise<FitResult> {
  const training = trainingOf(options), { model, recipe, seed, rates, precision, remat, xla } = training;
  const { tell, restore } = watch(observers);
  const { loss, optimizer } = recipe;
  const compiled = {
    step: compileStep(model, { loss, optimizer, rates, precision, remat, xla }),
    validate: compileValidation(model, { loss, precision }),
  };
  let state = start ?? initialState(model, model.init(seed), recipe);
  try {
    restore(state.observers);
    await tell("runStart", { training }, state);
    let end = endOf(state.progress, training);
    for (; end === undefined; end = endOf(state.progress, training)) {
      const finished = await oneEpoch(training, compiled, state, { tell, onStep: (next) => void (state = next) });
      if (!finished) {
        await tell("interrupted", { epoch: state.progress.epoch + 1 }, state);
        return { state, ending: "interrupted" };
      }
      state = finished;
    }
    if ("reason" in end) await tell("stoppedEarly", { ...end, epoch: state.progress.epoch }, state);
    await tell("ended", { ending: end.ending }, state);
    return { state, ending: end.ending };
  } catch (error) {
    await tell("failed", { error }, state);
    throw error;
  }
}

/** One epoch, its validation, and what follows from them; undefined where the run's signal cut it short. */
async function oneEpoch(
  training: Training,
  { step, validate }: { readonly step: Step; readonly validate: Validate },
  before: TrainState,
  { tell, onStep }: { readonly tell: Tell; readonly onStep: (state: TrainState) => void },
): Promise<TrainState | undefined> {
  const epoch = before.progress.epoch + 1, start = performance.now();
  const { state, loss } = await trainEpoch(training, step, before, epoch, { tell, onStep });
  if (training.signal.aborted) return undefined;
  await tell("epochTrained", { epoch, loss, seconds: (performance.now() - start) / 1000 }, state);
  const validated = await validateEpoch(training, validate, state, epoch, { tell });
  if (validated === undefined) return undefined;
  return await finishEpoch(training, state, { epoch, loss: validated }, tell);
}

/** What an epoch's validation loss changes. */
async function finishEpoch(
  { recipe }: Training,
  state: TrainState,
  { epoch, loss }: { readonly epoch: number; readonly loss: number },
  tell: Tell,
): Promise<TrainState> {
  const { progress } = state;
  const schedule = advanceSchedule(recipe.schedule, progress.schedule, { epoch, validationLoss: loss });
  const improved = progress.best === null || loss < progress.best.loss;
  const best = improved ? { epoch, loss } : progress.best;
  const next = { ...state, progress: { ...progress, epoch, schedule, best, validationLoss: loss } };
  if (improved) await tell("improved", { epoch, loss }, next);
  const { learningRate } = schedule;
  if (learningRate < progress.schedule.learningRate) await tell("rateReduced", { epoch, learningRate }, next);
  await tell("epochEnd", { epoch, loss }, next);
  return next;
}

/** Why training is over at this point; undefined while it is not. */
function endOf(progress: Progress, training: Training): { readonly ending: Ending } | Stop | undefined {
  const { model, recipe, epochs, maxSteps, rates } = training, { epoch, step, best, schedule } = progress;
  if (epoch >= epochs) return { ending: "epochs" };
  if (best === null) return undefined; // nothing is validated yet, and so there is nothing to test
  if (step >= maxSteps) return { ending: "steps" };
  return decideStop(recipe.earlyStop, {
    epoch,
    best,
    initialLearningRate: recipe.optimizer.learningRate,
    learningRate: schedule.learningRate,
    greatestMultiple: greatestMultiple(model, rates),
  });
}

/** The greatest of the learning rates that a run trains with, as a multiple of the optimizer's. */
function greatestMultiple({ parameters }: Model, rates: Training["rates"]): number {
  const multiples = parameters.filter(({ trainable }) => trainable).map(({ path }) => rates.get(path) ?? 1);
  return multiples.reduce((greatest, multiple) => Math.max(greatest, multiple), 0);
}

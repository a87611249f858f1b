import { clipByGlobalNorm } from "./clipping/clip_by_global_norm.ts";
import { type EarlyStop, earlyStops } from "./early_stops/early_stops.ts";
import { earlyStop } from "./early_stops/patience.ts";
import { bceWithLogits } from "./losses/bce_with_logits.ts";
import { type Loss, losses } from "./losses/losses.ts";
import { adam } from "./optimizers/adam.ts";
import { type Optimizer, readOptimizer } from "./optimizers/optimizers.ts";
import { readPart } from "./parts.ts";
import { type EpochSampler, epochSamplers, sampler } from "./samplers/samplers.ts";
import { reduceOnPlateau } from "./schedules/reduce_on_plateau.ts";
import { type Schedule, schedules } from "./schedules/schedules.ts";

/** How a model is trained: a value made of small values, each of which can be replaced. Its JSON is what a run records. */
export interface Recipe {
  /** What is minimized. */
  readonly loss: Loss;
  /** How gradients become updates: with weight decay, clipping and the first learning rate. */
  readonly optimizer: Optimizer;
  /** How the learning rate changes. */
  readonly schedule: Schedule;
  /** When training stops before its epochs are over. */
  readonly earlyStop: EarlyStop;
  /** How the training films of an epoch are drawn. */
  readonly sampler: EpochSampler;
}

/** The document's recipe. Every number in it is its constructor's default, so a part that is named without them is the same. */
export const documentRecipe: Recipe = Object.freeze({
  loss: bceWithLogits(),
  optimizer: adam({
    learningRate: 5e-5,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 1e-4,
    clip: clipByGlobalNorm({ maxNorm: 1, constantEpochs: 11, increase: 0.1, limit: 5 }),
  }),
  schedule: reduceOnPlateau({ factor: 0.5, patience: 3, threshold: 1e-4 }),
  earlyStop: earlyStop({ patience: 10, minLearningRate: 1e-6 }),
  sampler: sampler("balanced"),
});

/**
 * Reads a recipe: every part checked, defaults filled in, frozen. Parts of the user's own stay as they are. `place` begins the
 * line of an error.
 *
 * @throws {UserError} one line that names the part and what is wrong with it
 */
export function readRecipe(
  { loss, optimizer, schedule, earlyStop, sampler }: { readonly [P in keyof Recipe]?: unknown },
  place = "recipe",
): Recipe {
  return Object.freeze({
    loss: readPart(losses, loss, `${place}: loss`),
    optimizer: readOptimizer(optimizer, `${place}: optimizer`),
    schedule: readPart(schedules, schedule, `${place}: schedule`),
    earlyStop: readPart(earlyStops, earlyStop, `${place}: earlyStop`),
    sampler: readPart(epochSamplers, sampler, `${place}: sampler`),
  });
}

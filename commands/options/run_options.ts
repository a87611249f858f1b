import type { Dataset } from "../../data/dataset.ts";
import { recipeOfOptions } from "../../train/run/config.ts";
import type { FirstWeights, RunOptions } from "../../train/run/run_options.ts";
import { type TrainOptions, withAbsolutePaths } from "./train_options.ts";

/** The options of a run that follow from those of `train` alone. The model and the seed of the split need more. */
export type RunSettings = Omit<RunOptions, "name" | "model" | "splitSeed">;

/** Translates the options of `train` for the library. */
export function runSettings(options: TrainOptions, dataset: Dataset): RunSettings {
  const { dataDir, epochs, batchSize, seed, maxSteps, limitTrainBatches, limitValBatches } = options;
  const { precision, remat, xla, freeze, lrFor, headOnly, dropout, newSplit, onBadImage } = options;
  return {
    dataset,
    directory: dataDir,
    from: firstWeights(options),
    recipe: recipeOfOptions(options),
    epochs,
    batchSize,
    seed,
    newSplit,
    maxSteps,
    limitTrainBatches,
    limitValBatches,
    precision,
    remat,
    xla,
    freeze,
    lrFor,
    headOnly,
    dropout,
    onBadImage,
    record: { ...withAbsolutePaths(options), resume: undefined },
  };
}

function firstWeights(
  { ckptPath, weights, names: library, weightsKey: key, strict }: TrainOptions,
): FirstWeights | undefined {
  if (ckptPath !== undefined) return { checkpoint: ckptPath };
  return weights === undefined ? undefined : { weights, library, key, strict };
}

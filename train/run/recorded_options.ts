import { resolve } from "node:path";
import type { Recipe } from "../recipe.ts";
import type { RecordedOptions, RunOptions } from "./run_options.ts";

/** The options of a run as `config.json` has them, under the names that the `train` command has for them. */
export function recordedOptions(options: RunOptions, { optimizer, sampler }: Recipe): RecordedOptions {
  const { name, model, directory, batchSize = 32, epochs = 50, seed = 42, splitSeed = 42 } = options;
  const { maxSteps, limitTrainBatches, limitValBatches, freeze, lrFor } = options;
  const { precision = "float32", remat = false, xla = false, headOnly = false, onBadImage = "error" } = options;
  const finite = (limit: number | undefined) => limit === Infinity ? undefined : limit;
  return {
    model: name,
    dataDir: directory === undefined ? undefined : resolve(directory),
    splitType: sampler.type,
    imgSize: model.input[0],
    epochs,
    batchSize,
    lr: optimizer.learningRate,
    seed,
    splitSeed,
    precision,
    remat,
    xla,
    freeze,
    lrFor,
    headOnly,
    onBadImage,
    maxSteps: finite(maxSteps),
    limitTrainBatches: finite(limitTrainBatches),
    limitValBatches: finite(limitValBatches),
  };
}

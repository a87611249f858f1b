/** For tests: a run that trains in a second, and what looks at it. */
import { type Batch, openBatches } from "../data/stream/batches.ts";
import type { Split } from "../data/splits/split.ts";
import { checkpoints } from "../train/observers/checkpoints.ts";
import { lastState } from "../train/observers/last_state.ts";
import { logLines } from "../train/observers/log_lines.ts";
import { metricsCsv } from "../train/observers/metrics_csv.ts";
import type { Observer } from "../train/observers/observer.ts";
import { recipeOfOptions, type RecipeOptions } from "../train/run/config.ts";
import { describe } from "../train/run/describe.ts";
import { type RunFolder, runFolder } from "../train/run/run_folder.ts";
import type { Progress } from "../train/state.ts";
import { type Training, trainingOf } from "../train/training.ts";
import type { CheckpointMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import type { Dataset } from "../data/dataset.ts";
import { fit, type FitResult } from "../train/loop.ts";
import { initialState, type TrainState } from "../train/state.ts";
import { side, tinyDataset, tinyModel } from "./tiny.ts";

/** How a tiny run differs from the usual one. */
export interface TinyOptions
  extends Partial<Omit<Training, "dataset" | "split" | "batches" | "recipe">>, RecipeOptions {
  readonly saveEvery?: number;
}

/** A run on 12 training and 6 validation films in batches of 4, two epochs by default; its films are decoded on this thread. */
export interface TinyTraining extends Training, AsyncDisposable {
  readonly dataset: Dataset;
  readonly split: Split;
  readonly folder: RunFolder;
  readonly describe: (progress: Progress) => CheckpointMetadata;
  readonly saveEvery?: number;
}

/** Makes a {@linkcode TinyTraining} whose files go into a folder. */
export function tinyTraining(
  path: string,
  { model = tinyModel(), lr = 0.01, splitType = "original", weightDecay, shuffle, saveEvery, ...given }: TinyOptions =
    {},
): TinyTraining {
  const dataset = tinyDataset(21), folder = runFolder(path);
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const split = { train: range(0, 12), val: range(12, 18), test: range(18, 21) };
  const batches = openBatches(dataset, { imageSize: side, workers: 0 });
  const recipe = recipeOfOptions({ lr, weightDecay, splitType, shuffle });
  Deno.mkdirSync(`${path}/last`, { recursive: true });
  const description = {
    name: "tiny",
    model,
    dataset,
    recipe: JSON.parse(JSON.stringify(recipe)),
    splitSeed: 42,
    options: {},
  };
  return {
    ...trainingOf({ model, dataset, split, batches, recipe, batchSize: 4, epochs: 2, ...given }),
    dataset,
    split,
    folder,
    saveEvery,
    describe: (progress) => describe(description, progress),
    [Symbol.asyncDispose]: () => batches[Symbol.asyncDispose](),
  };
}

/** The files that a tiny run leaves behind, as observers; `tell` gets the lines of the log. */
export function tinyObservers(
  { folder, describe, saveEvery }: TinyTraining,
  tell: (line: string) => void = () => {},
): Observer[] {
  return [
    metricsCsv(folder.metrics),
    checkpoints({ folder, describe, saveEvery, tell }),
    lastState({ path: folder.state, describe }),
    logLines(tell),
  ];
}

/** Trains a tiny run into its folder. */
export function fitTiny(training: TinyTraining, state: TrainState, tell?: (line: string) => void): Promise<FitResult> {
  return fit(training, state, tinyObservers(training, tell));
}

/** The state that a tiny run begins with. */
export function tinyState({ model, recipe }: Pick<Training, "model" | "recipe">): TrainState {
  return initialState(model, model.init(1), recipe);
}

/** The rows of a tiny run's `metrics.csv`, without the header. */
export function rowsOf({ folder }: Pick<TinyTraining, "folder">): string[][] {
  return Deno.readTextFileSync(folder.metrics).trim().split("\n").slice(1).map((line) => line.split(","));
}

/** The validation losses in a tiny run's `metrics.csv`. */
export function validationLossesOf(training: Pick<TinyTraining, "folder">): number[] {
  return rowsOf(training).filter(([, , split]) => split === "val").map(([, , , loss]) => Number(loss));
}

/** The values of all tensors of a state. */
export function valuesOf({ tensors: { weights, slots } }: Pick<TrainState, "tensors">): number[] {
  return [weights, ...Object.values(slots)].flatMap((group) =>
    Object.values(group).flatMap((tensor) => [...tensor.dataSync()])
  );
}

/** The same run, whose batches pass through `change`, numbered from 1. */
export function through(training: TinyTraining, change: (batch: Batch, number: number) => Batch): TinyTraining {
  let number = 0;
  return {
    ...training,
    batches: {
      ...training.batches,
      async *stream(order, options) {
        for await (const batch of training.batches.stream(order, options)) yield change(batch, ++number);
      },
    },
  };
}

/** The same run with the validation films' labels turned round: what training learns makes the validation loss worse. */
export function contrary(training: TinyTraining): TinyTraining {
  return through(
    training,
    (batch) => batch.films[0] < 12 ? batch : { ...batch, targets: batch.targets.map((target) => 1 - target) },
  );
}

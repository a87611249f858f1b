import type { Batches } from "../data/stream/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import { normalBy } from "../data/normal.ts";
import { sampledClasses } from "../data/sampling/sampled_classes.ts";
import { samplers } from "../data/sampling/samplers.ts";
import type { Split } from "../data/splits/split.ts";
import type { Model } from "../dsl/compile/compile.ts";
import { UserError } from "../errors.ts";
import type { CheckpointMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import type { TrainOptions } from "./options.ts";
import type { RunFolder } from "./run_folder.ts";
import type { Progress } from "./state.ts";

/** What a run works with, besides its state. */
export interface Training {
  readonly model: Model;
  readonly options: TrainOptions;
  readonly dataset: Dataset;
  readonly split: Split;
  readonly batches: Pick<Batches, "stream" | "unreadable">;
  /** The learning rates of some parameters, by path, as multiples of that of all others. */
  readonly rates?: ReadonlyMap<string, number>;
  readonly folder: RunFolder;
  /** The run's description at a point of its way, for the checkpoints. */
  readonly describe: (progress: Progress) => CheckpointMetadata;
  /** Aborted by Ctrl-C: the step under way is finished, and the state saved. */
  readonly signal: AbortSignal;
}

/** The validation films, as far as `--limit-val-batches` allows, without those known to be unreadable. */
export function validationFilms(
  { options, split, batches }: Pick<Training, "options" | "split" | "batches">,
): number[] {
  const { batchSize, limitValBatches = Infinity } = options;
  return split.val.slice(0, limitValBatches * batchSize).filter((film) => !batches.unreadable.has(film));
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
  const { films, ...classes } = sampledClasses(split.train.map((film) => dataset.films[film].labels), dataset.labels);
  const positions = samplers[splitType].draw(films, { seed, epoch, shuffle, ...classes });
  if (positions.length === 0) {
    throw new UserError(`${splitType} sampling finds no training film with a finding`, {
      remedy: "Choose another --split-type",
    });
  }
  return positions.map((position) => split.train[position]);
}

/** The line on films without a label, where there are any: what they are taken for, and whether training shows them. */
export function describeUnlabeled(
  { splitType }: Pick<TrainOptions, "splitType">,
  { films, labels }: Pick<Dataset, "films" | "labels">,
): string | undefined {
  const count = films.filter((film) => film.labels.length === 0).length;
  if (count === 0) return undefined;
  const text = `films without a label: ${count} of ${films.length}, taken as`;
  if (normalBy(labels) !== null) return `${text} normal (no finding marked)`;
  return `${text} neither normal nor abnormal${splitType === "original" ? "" : `; ${splitType} never shows them`}`;
}

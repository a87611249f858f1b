import type { Batches } from "../data/stream/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import { normalBy } from "../data/normal.ts";
import { sampledClasses } from "../data/sampling/sampled_classes.ts";
import type { Split } from "../data/splits/split.ts";
import type { Model } from "../dsl/compile/compile.ts";
import { UserError } from "../errors.ts";
import type { Precision } from "../ops/precision.ts";
import { documentRecipe, readRecipe, type Recipe } from "./recipe.ts";
import { samplerFunctions } from "./samplers/samplers.ts";

/** What training works with, besides its state. */
export interface Training {
  /** What is trained: its `trainable` parameters. */
  readonly model: Model;
  /** The films' labels. */
  readonly dataset: Pick<Dataset, "films" | "labels">;
  /** Indices of the films to train on, and of those to validate. */
  readonly split: Pick<Split, "train" | "val">;
  /** The films, decoded and normalized. */
  readonly batches: Pick<Batches, "stream" | "unreadable">;
  /** How it is trained; the document's recipe by default. */
  readonly recipe: Recipe;
  /** Films in a step: 32. */
  readonly batchSize: number;
  /** Passes over the training films: 50. */
  readonly epochs: number;
  /** The seed of samplers and dropout: 42. */
  readonly seed: number;
  /** Steps after which training ends as if the epochs were over. */
  readonly maxSteps: number;
  /** Batches of an epoch, at most. */
  readonly limitTrainBatches: number;
  /** Batches of a validation, at most. */
  readonly limitValBatches: number;
  /** The learning rates of some parameters, by path, as multiples of that of all others. */
  readonly rates: ReadonlyMap<string, number>;
  /** What steps and validation compute in; weights and statistics stay float32. */
  readonly precision: Precision;
  /** Whether activations are computed again in the backward pass: less memory, slower. */
  readonly remat: boolean;
  /** Whether XLA compiles the step, on a GPU. */
  readonly xla: boolean;
  /** Aborted, it interrupts training: the step under way is finished. */
  readonly signal: AbortSignal;
}

/** What training works with; what is left out has the default that {@linkcode Training} names, and no limit. */
export type FitOptions =
  & Pick<Training, "model" | "dataset" | "split" | "batches">
  & Partial<Omit<Training, "model" | "dataset" | "split" | "batches">>;

/**
 * Fills in the defaults.
 *
 * @throws {UserError} where a part of the recipe is wrong, or a number is none that training can go by
 */
export function trainingOf(options: FitOptions): Training {
  const {
    recipe = documentRecipe,
    batchSize = 32,
    epochs = 50,
    seed = 42,
    maxSteps = Infinity,
    limitTrainBatches = Infinity,
    limitValBatches = Infinity,
    rates = new Map(),
    precision = "float32",
    remat = false,
    xla = false,
    signal = new AbortController().signal,
  } = options;
  for (const [name, value] of Object.entries({ batchSize, epochs, maxSteps, limitTrainBatches, limitValBatches })) {
    if (value >= 1 && (Number.isInteger(value) || value === Infinity)) continue;
    throw new UserError(`${name} must be an integer of at least 1, got ${value}`);
  }
  const { model, dataset, split, batches } = options, limits = { maxSteps, limitTrainBatches, limitValBatches };
  const computing = { rates, precision, remat, xla, signal };
  return {
    model,
    dataset,
    split,
    batches,
    recipe: readRecipe(recipe),
    batchSize,
    epochs,
    seed,
    ...limits,
    ...computing,
  };
}

/** The validation films, as far as `limitValBatches` allows, without those known to be unreadable. */
export function validationFilms(
  { batchSize, limitValBatches, split, batches }: Pick<Training, "batchSize" | "limitValBatches" | "split" | "batches">,
): number[] {
  return split.val.slice(0, limitValBatches * batchSize).filter((film) => !batches.unreadable.has(film));
}

/**
 * The training films of an epoch (from 1), in the order in which they are shown.
 *
 * @throws {UserError} where the sampler cannot draw from these films, or draws what is not there
 */
export function epochOrder(
  { dataset, split, recipe: { sampler }, seed }: {
    readonly dataset: Training["dataset"];
    readonly split: Pick<Split, "train">;
    readonly recipe: Pick<Recipe, "sampler">;
    readonly seed: number;
  },
  epoch: number,
): number[] {
  const { films, ...classes } = sampledClasses(split.train.map((film) => dataset.films[film].labels), dataset.labels);
  const positions = samplerFunctions(sampler).draw(films, { seed, epoch, ...classes });
  if (positions.length === 0) {
    throw new UserError(`${sampler.type} sampling finds no training film with a finding`, {
      remedy: "Choose another --split-type",
    });
  }
  return positions.map((position) => {
    if (split.train[position] !== undefined) return split.train[position];
    throw new UserError(`${sampler.type} sampling drew film ${position} of ${split.train.length}`);
  });
}

/** The line on films without a label, where there are any: what they are taken for, and whether training shows them. */
export function describeUnlabeled(
  { sampler }: Pick<Recipe, "sampler">,
  { films, labels }: Pick<Dataset, "films" | "labels">,
): string | undefined {
  const count = films.filter((film) => film.labels.length === 0).length;
  if (count === 0) return undefined;
  const text = `films without a label: ${count} of ${films.length}, taken as`;
  if (normalBy(labels) !== null) return `${text} normal (no finding marked)`;
  const shown = sampler.type === "original" ? "" : `; ${sampler.type} never shows them`;
  return `${text} neither normal nor abnormal${shown}`;
}

import { resolve } from "node:path";
import type { Batches } from "../../data/stream/batches.ts";
import { darkFilmsNote } from "../../data/checks/dark_films.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { Split } from "../../data/splits/split.ts";
import { verifyFilms } from "../../data/checks/verify.ts";
import type { Model } from "../../dsl/compile/compile.ts";
import type { Cohort } from "../../lineage/cohort.ts";
import { recordLineage } from "../../lineage/record.ts";
import type { CheckpointMetadata } from "../../weights/checkpoint/checkpoint_metadata.ts";
import { fineTune } from "../fine_tuning.ts";
import { type RecordedRecipe, recordRecipe } from "../recipe_record.ts";
import { documentRecipe, readRecipe, type Recipe } from "../recipe.ts";
import type { Progress, TrainState } from "../state.ts";
import { describeUnlabeled, epochOrder, type FitOptions } from "../training.ts";
import { describe, type Description } from "./describe.ts";
import { type FirstState, openFirstState, openLastState } from "./first_state.ts";
import { openFilms, type RunFilms } from "./open_films.ts";
import { recordedOptions } from "./recorded_options.ts";
import type { RecordedOptions, RunOptions } from "./run_options.ts";

/**
 * A run that is ready to begin: everything that `fit` takes, and what describes it. Nothing is written yet. Disposing of it ends its
 * decoders and closes the file of its first weights.
 */
export interface TrainingRun extends Omit<FitOptions, "recipe" | "seed">, AsyncDisposable {
  /** The model's name, or its file. */
  readonly name: string;
  /** How the model is trained. */
  readonly recipe: Recipe;
  /** The seed of samplers, dropout, and weights that are drawn. */
  readonly seed: number;
  /** The films and their labels. */
  readonly dataset: Dataset;
  /** The films, decoded and normalized. */
  readonly batches: Batches;
  /** The films to train, validate and test on that can be read. */
  readonly split: Split;
  /** The same with those that cannot. */
  readonly wholeSplit: Split;
  /** The dataset's films by what they are known again by. */
  readonly cohort: Cohort;
  /** What to know of the dataset, the first weights and the split, a line each. */
  readonly notes: readonly string[];
  /** The file of the first weights; absent where they are drawn. */
  readonly firstWeights?: string;
  /** The folder of a run that goes on. */
  readonly resumed?: string;
  /** Where the last layer alone is trained: the model that computes its features, and the one that is trained on them. */
  readonly head?: { readonly body: Model; readonly rest: Model };
  /** What `config.json` records. */
  readonly config: { readonly options: RecordedOptions; readonly recipe: RecordedRecipe };
  /**
   * Reads the state that training begins with; the engine must be open. The caller disposes its tensors, or gives them to `fit`.
   *
   * @throws {UserError} where the file holds a value that no model has
   */
  firstState(): Promise<TrainState>;
  /** The metadata of a checkpoint at a point of the run. */
  describe(progress: Progress): CheckpointMetadata;
}

/** How a run goes on. */
export interface Resumption {
  /** Its folder. */
  readonly folder: string;
  /** The file of its last state. */
  readonly state: string;
  /** Whether it may do so without validation and test films that are gone. */
  readonly withoutGone: boolean;
}

/**
 * Opens a run: checks the films, opens the first weights, and splits the films. Nothing is written, and no engine is needed yet.
 *
 * @throws {UserError} one line, where films are missing or damaged, weights, labels and model do not fit, a split is empty, or the
 * sampler cannot draw
 *
 * @example
 * ```ts ignore
 * import { compileClassifier, createRun, fitRun, openDataset, openEngine, openRun, runObservers } from "@thorax/thorax";
 * const dataset = await openDataset({ directory: "films" });
 * const model = await compileClassifier("resnet18", { imageSize: 224, labels: dataset.labels });
 * await using run = await openRun({ name: "resnet18", model, dataset, epochs: 10 });
 * await openEngine();
 * const folder = await createRun(run, "checkpoints");
 * await fitRun(run, runObservers(run, folder));
 * ```
 */
export async function openRun(options: RunOptions): Promise<TrainingRun> {
  return await prepareRun(options);
}

/** {@linkcode openRun}, for a run that goes on too. */
export async function prepareRun(options: RunOptions, resumption?: Resumption): Promise<TrainingRun> {
  const { name, dataset, from, seed = 42 } = options;
  const recipe = readRecipe(options.recipe ?? documentRecipe);
  const tuned = fineTune({ ...options, learningRate: recipe.optimizer.learningRate }, name, options.model);
  const { model, rates, head } = tuned;
  const { unreadable, note: leftOut } = await verifyFilms(dataset, options);
  await using cleanup = new AsyncDisposableStack();
  const beginning = { name, model, dataset, recipe, seed };
  const first = cleanup.use(
    resumption ? await openLastState(resumption.state, beginning) : await openFirstState(from, beginning),
  );
  const { normalization, lineage } = first;
  const films = cleanup.use(
    await openFilms({
      ...options,
      imageSize: model.input[0],
      normalization,
      lineage,
      unreadable,
      cacheBytes: head && 0,
      resume: resumption?.folder,
      withoutGone: resumption?.withoutGone,
    }),
  );
  const { batches, cohort, wholeSplit, split } = films;
  epochOrder({ dataset, split, recipe, seed }, 1); // a sampler that cannot draw says so before anything is loaded
  const dark = await darkFilmsNote(dataset.films.flatMap(({ path }) => path ?? []));
  const notes = [tuned.note, leftOut, dark, describeUnlabeled(recipe, dataset)].filter((line) => line !== undefined);
  const config = { options: options.record ?? recordedOptions(options, recipe), recipe: await recordRecipe(recipe) };
  const description = descriptionOf(options, { model, config, first, films, resumed: resumption !== undefined });
  const opened = cleanup.move();
  return {
    ...settingsOf(options),
    name,
    model,
    dataset,
    batches,
    split,
    wholeSplit,
    recipe,
    seed,
    rates,
    head,
    cohort,
    config,
    notes: [...dataset.notes, ...first.notes, ...films.notes, ...notes],
    firstWeights: first.path,
    resumed: resumption?.folder,
    firstState: () => first.read(),
    describe: (progress) => describe(description, progress),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** What the checkpoints of a run say about it. */
function descriptionOf(
  { name, dataset, directory, splitSeed = 42, modelSha256 }: RunOptions,
  { model, config, first: { normalization, lineage: before }, films: { wholeSplit, known }, resumed }:
    & Pick<TrainingRun, "model" | "config">
    & { readonly first: FirstState; readonly films: RunFilms; readonly resumed: boolean },
): Description {
  return {
    name,
    model,
    dataset,
    recipe: config.recipe,
    directory: directory === undefined ? undefined : resolve(directory),
    splitSeed,
    options: config.options,
    modelSha256,
    normalization,
    lineage: recordLineage({ before, resumed, split: wholeSplit, cohort: known }),
  };
}

/** The options of a run that `fit` goes by as they are. */
function settingsOf(options: RunOptions): Partial<FitOptions> {
  const { batchSize, epochs, maxSteps, limitTrainBatches, limitValBatches, precision, remat, xla } = options;
  return { batchSize, epochs, maxSteps, limitTrainBatches, limitValBatches, precision, remat, xla };
}

import { resolve } from "node:path";
import { type Batches, openBatches } from "../../data/stream/batches.ts";
import { darkFilmsNote } from "../../data/checks/dark_films.ts";
import { decodeUnknown } from "../../data/stream/decode_unknown.ts";
import type { Dataset } from "../../data/dataset.ts";
import { identifyFilms, withDecoded } from "../../data/identity/identify.ts";
import type { Split } from "../../data/splits/split.ts";
import { skipUnreadable, withoutFilms } from "../../data/checks/unreadable.ts";
import { verifyFilms } from "../../data/checks/verify.ts";
import type { Model } from "../../dsl/compile/compile.ts";
import type { Cohort } from "../../lineage/cohort.ts";
import { recognize } from "../../lineage/recognize.ts";
import { recordLineage } from "../../lineage/record.ts";
import type { CheckpointMetadata } from "../../weights/checkpoint/checkpoint_metadata.ts";
import { fineTune } from "../fine_tuning.ts";
import { type RecordedRecipe, recordRecipe } from "../recipe_record.ts";
import { documentRecipe, readRecipe, type Recipe } from "../recipe.ts";
import type { Progress, TrainState } from "../state.ts";
import { describeUnlabeled, epochOrder, type FitOptions } from "../training.ts";
import { describe } from "./describe.ts";
import { openFirstState, openLastState } from "./first_state.ts";
import { recordedOptions } from "./recorded_options.ts";
import type { RecordedOptions, RunOptions } from "./run_options.ts";
import { splitRun } from "./split_run.ts";

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
 * import { compileModel, createRun, fitRun, openDataset, openRun } from "@thorax/thorax";
 * const dataset = await openDataset({ directory: "films" });
 * const model = compileModel("resnet18", { imageSize: 224, labels: dataset.labels });
 * await using run = await openRun({ name: "resnet18", model, dataset, epochs: 10 });
 * const folder = await createRun(run, "checkpoints");
 * await fitRun(run, folder);
 * ```
 */
export async function openRun(options: RunOptions): Promise<TrainingRun> {
  return await prepareRun(options);
}

/** {@linkcode openRun}, for a run that goes on too. */
export async function prepareRun(options: RunOptions, resumption?: Resumption): Promise<TrainingRun> {
  const { name, dataset, from, seed = 42, onUnreadable = () => {}, onDecoded } = options;
  const recipe = readRecipe(options.recipe ?? documentRecipe);
  const tuned = fineTune({ ...options, learningRate: recipe.optimizer.learningRate }, name, options.model);
  const { model, rates, head } = tuned;
  const { unreadable, note: leftOut } = await verifyFilms(dataset, options);
  const cohort = await identifyFilms(dataset);
  await using cleanup = new AsyncDisposableStack();
  const beginning = { name, model, dataset, recipe, seed };
  const first = cleanup.use(
    resumption ? await openLastState(resumption.state, beginning) : await openFirstState(from, beginning),
  );
  const { normalization, lineage: before } = first;
  const batches = cleanup.use(openBatches(dataset, {
    imageSize: model.input[0],
    channels: [normalization],
    cacheBytes: head && 0,
    unreadable,
    onUnreadable: (film, reason) => leaveOut(film, reason),
  }));
  await decodeUnknown(batches, dataset, recognize(before, cohort), onDecoded);
  const known = () => withDecoded(cohort, batches);
  const { splitSeed, newSplit } = options, resume = resumption?.folder, { withoutGone } = resumption ?? {};
  const { split: wholeSplit, notes } = splitRun({
    dataset,
    cohort: known(),
    lineage: before,
    splitSeed,
    newSplit,
    resume,
    withoutGone,
  });
  const split = withoutFilms(wholeSplit, unreadable);
  epochOrder({ dataset, split, recipe, seed }, 1); // a sampler that cannot draw says so before anything is loaded
  const total = split.train.length + split.val.length + split.test.length;
  const leaveOut = skipUnreadable(dataset, { total, log: onUnreadable });
  const dark = await darkFilmsNote(dataset.films.flatMap(({ path }) => path ?? []));
  const more = [tuned.note, leftOut, dark, describeUnlabeled(recipe, dataset)].filter((line) => line !== undefined);
  const config = { options: options.record ?? recordedOptions(options, recipe), recipe: await recordRecipe(recipe) };
  const description = {
    name,
    model,
    dataset,
    recipe: config.recipe,
    directory: options.directory === undefined ? undefined : resolve(options.directory),
    splitSeed: splitSeed ?? 42,
    options: config.options,
    modelSha256: options.modelSha256,
    normalization,
    lineage: recordLineage({ before, resumed: resumption !== undefined, split: wholeSplit, cohort: known }),
  };
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
    notes: [...dataset.notes, ...first.notes, ...notes, ...more],
    firstWeights: first.path,
    resumed: resume,
    firstState: () => first.read(),
    describe: (progress) => describe(description, progress),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** The options of a run that `fit` goes by as they are. */
function settingsOf(options: RunOptions): Partial<FitOptions> {
  const { batchSize, epochs, maxSteps, limitTrainBatches, limitValBatches, precision, remat, xla } = options;
  return { batchSize, epochs, maxSteps, limitTrainBatches, limitValBatches, precision, remat, xla };
}

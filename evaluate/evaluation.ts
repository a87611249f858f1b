import type { Dataset } from "../data/dataset.ts";
import type { Batches } from "../data/stream/batches.ts";
import { withDecoded } from "../data/identity/identify.ts";
import type { Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import { count, UserError } from "../errors.ts";
import type { Cohort } from "../lineage/cohort.ts";
import type { Generation } from "../lineage/generation.ts";
import { unrecordedOrigins } from "../lineage/origins.ts";
import { type FilmRecord, recognize } from "../lineage/recognize.ts";
import type { Precision } from "../ops/precision.ts";
import type { TestFilms, TestSplit } from "./choose_films.ts";
import { eachMetric } from "./binary_metrics.ts";
import { pick } from "./pick.ts";
import type { TestResult } from "./result.ts";
import { type FilmPredictions, pickFilms } from "./predict.ts";
import { predictDataset, scorePredictions } from "./score_dataset.ts";
import { type Estimate, estimates, judgeSeen, type Seen, warnOfSeen, type WithSeen } from "./seen.ts";

/** The result of a test: the figures of films that the model never saw, and what weakens them. */
export interface Evaluation extends TestResult {
  /** The model's name. */
  readonly model: string;
  /** The file that its weights are from. */
  readonly checkpoint: string;
  /** The dataset's name. */
  readonly dataset: string;
  /** The films that were tested: a split of the training, or all. */
  readonly split: TestSplit;
  /** What the training did with these films. */
  readonly estimate: Estimate;
  /** The films of the test that the model saw in its trainings. */
  readonly seen: Seen;
  /** The figures with the films that the model saw; null unless `split` is `all`. */
  readonly withSeen: WithSeen | null;
  /** Films of the test that could not be decoded. */
  readonly unreadable: number;
  /** The logits and the truth of each film, seen ones included. */
  readonly predictions: FilmPredictions;
  /**
   * The split of each predicted film in the training: `train`, `val`, `test`, `new`, or `seen` for a new film that is left out because its
   * patient was seen.
   */
  readonly splits: readonly string[];
  /** How fast films were decoded and predicted. */
  readonly examplesPerSecond: number;
}

/** Options of {@linkcode evaluateFilms}: what is tested on which films. */
export interface EvaluateFilmsOptions {
  readonly model: Model;
  readonly weights: Weights;
  /** The model's name in the result. */
  readonly name: string;
  /** The file that the weights are from, for the result. */
  readonly checkpoint: string;
  readonly dataset: Dataset;
  /** The films to test. */
  readonly testFilms: TestFilms;
  readonly batches: Batches;
  /** The dataset's films by their digests, names and patients. */
  readonly cohort: Cohort;
  /** What the model saw in its trainings. */
  readonly lineage: readonly Generation[];
  /** Whether the model was trained on synthetic films. */
  readonly synthetic: boolean;
  /** Whether the main figures include films that were seen. Default: false. */
  readonly keepSeen?: boolean;
  /** Films that are predicted at a time. */
  readonly batchSize: number;
  readonly precision?: Precision;
  /** Receives the number of films predicted so far. */
  readonly onPredicted?: (films: number) => void;
}

/**
 * Tests weights on chosen films: normal against abnormal, and each label by itself. With `split: "all"` the main figures leave out films
 * that the model, or one that it was trained from, saw. The engine must be open.
 *
 * @throws {UserError} exit status 1, where no film can be decoded or a logit is not finite
 */
export async function evaluateFilms(options: EvaluateFilmsOptions): Promise<Evaluation> {
  const { name, checkpoint, dataset, testFilms: { split, films } } = options;
  const start = performance.now();
  const predictions = await predictDataset({ ...options, films });
  const examplesPerSecond = films.length / (performance.now() - start) * 1000;
  const unreadable = films.length - predictions.films.length;
  if (films.length > 1 && unreadable === films.length) {
    throw new UserError(`none of the ${count(films.length, "film")} of the test can be decoded`, { exitStatus: 1 });
  }
  const { splits, ...figures } = judge(options, predictions);
  return {
    model: name,
    checkpoint,
    dataset: dataset.name,
    split,
    ...figures,
    unreadable,
    predictions,
    splits,
    examplesPerSecond,
  };
}

/** Computes the figures of the films that the model never saw and of all, and finds each film's split. */
function judge(
  { dataset, cohort, lineage, synthetic, testFilms: { split }, keepSeen = false, batches }: EvaluateFilmsOptions,
  predictions: FilmPredictions,
): TestResult & Pick<Evaluation, "estimate" | "seen" | "withSeen" | "splits"> {
  const recognition = recognize(lineage, withDecoded(cohort, batches)), { films } = predictions;
  const patients = dataset.namesPatients ? pick(dataset.films, films).map(({ patient }) => patient) : undefined;
  const { seen, isMain } = judgeSeen(films, recognition, { split, keepSeen, patients });
  const syntheticModel = synthetic && !dataset.synthetic;
  const caveats = warnOfSeen(seen, { split, origins: unrecordedOrigins(lineage), syntheticModel });
  return {
    ...scorePredictions(dataset, pickFilms(predictions, isMain), caveats),
    estimate: estimates[split],
    seen,
    withSeen: split === "all" ? figuresOf(scorePredictions(dataset, predictions)) : null,
    splits: pick(recognition.films, films).map((record, i) => splitOf(record, isMain[i] === true)),
  };
}

function splitOf({ split }: FilmRecord, isMain: boolean): string {
  return !isMain && (split === undefined || split === "test") ? "seen" : split ?? "new";
}

function figuresOf(result: TestResult): WithSeen {
  return { n: result.n, ...eachMetric((name) => result[name]) };
}

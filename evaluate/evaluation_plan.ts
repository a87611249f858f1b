import { existsSync } from "node:fs";
import type { Dataset } from "../data/dataset.ts";
import { openDataset } from "../data/readers/open_dataset.ts";
import { datasetKind } from "../data/readers/readers.ts";
import { type Batches, openBatches } from "../data/stream/batches.ts";
import { darkFilmsNote } from "../data/checks/dark_films.ts";
import { decodeUnknown } from "../data/stream/decode_unknown.ts";
import { identifyFilms, withDecoded } from "../data/identity/identify.ts";
import { skipUnreadable } from "../data/checks/unreadable.ts";
import { verifyFilms } from "../data/checks/verify.ts";
import type { Weights } from "../dsl/layer.ts";
import { UserError } from "../errors.ts";
import type { Cohort } from "../lineage/cohort.ts";
import { countAllHeldOut } from "../lineage/held_out.ts";
import { recognize } from "../lineage/recognize.ts";
import type { Precision } from "../ops/precision.ts";
import { checkLabels } from "../trained/recorded.ts";
import type { ModelFile, TrainedModel } from "../trained/trained_model.ts";
import { chooseTestFilms, type TestFilms, type TestSplit } from "./choose_films.ts";
import { evaluateFilms, type Evaluation } from "./evaluation.ts";
import { createReportFolder } from "./evaluation_report.ts";
import { imageShape } from "./image_shape.ts";

/** How the films of a test are chosen. */
export interface PlanEvaluationOptions {
  /** The films to test: those of a split of the training that are still there (default `test`), or all. */
  readonly split?: TestSplit;
  /** Whether the main figures include films that the model saw. Default: false. */
  readonly keepSeen?: boolean;
  /** What a missing or damaged film does: ends the test before it starts (the default), or is left out. */
  readonly onBadImage?: "error" | "skip";
  /** A folder for a report. It is made as soon as the dataset has no fault, so that a folder that cannot be made ends the test early. */
  readonly report?: string;
  /** Is called with a line about each film that cannot be decoded; more than 1 % of such films end the test. */
  readonly onUnreadable?: (line: string) => void;
  /** Is called with the progress of decoding films that only their pixels can identify. */
  readonly onDecoded?: (done: number, total: number) => void;
}

/** How a test is run. */
export interface RunEvaluationOptions {
  /** The weights to test, by the paths of the model's parameters. */
  readonly weights: Weights;
  /** Films that are predicted at a time. Default: 32. */
  readonly batchSize?: number;
  /** What the model computes in. Default: float32. */
  readonly precision?: Precision;
  /** Receives the number of films predicted so far. */
  readonly onPredicted?: (films: number) => void;
}

/** A test that is ready to run: its films are chosen. Disposing of it ends its decoders. */
export interface EvaluationPlan extends AsyncDisposable {
  /** The films that were chosen. */
  readonly testFilms: TestFilms;
  /** What to know of the dataset and of the choice, a line each. */
  readonly notes: readonly string[];
  /**
   * Tests weights; the engine must be open.
   *
   * @throws {UserError} exit status 1, where too many films cannot be decoded, or a logit is not finite
   */
  run(options: RunEvaluationOptions): Promise<Evaluation>;
}

/**
 * Chooses the films to test a model on: those films of a split of its training that the dataset still holds. If it holds none of the
 * training's films, all its films are tested; if nothing is recorded, its own test list, or all films.
 *
 * @throws {UserError} where the labels differ, films are missing or damaged, or no film is left to test
 */
export async function planEvaluation(
  trained: TrainedModel,
  dataset: Dataset,
  { split = "test", keepSeen, onBadImage, report, onUnreadable = () => {}, onDecoded }: PlanEvaluationOptions = {},
): Promise<EvaluationPlan> {
  const { model, channels, lineage, synthetic, path, name, labels } = trained;
  checkLabels(path, labels, dataset);
  const { unreadable, note } = await verifyFilms(dataset, { onBadImage });
  if (report !== undefined) await createReportFolder(report);
  const cohort = await identifyFilms(dataset);
  const [imageSize] = imageShape(model);
  await using cleanup = new AsyncDisposableStack();
  const batches = cleanup.use(openBatches(dataset, {
    imageSize,
    channels,
    unreadable,
    onUnreadable: (film, reason) => leaveOut(film, reason),
  }));
  const testFilms = await choose(trained, split, { dataset, cohort, batches, onDecoded });
  const leaveOut = skipUnreadable(dataset, { total: testFilms.films.length, log: onUnreadable });
  const dark = await darkFilmsNote(dataset.films.flatMap(({ path }) => path ?? []));
  const opened = cleanup.move();
  return {
    testFilms,
    notes: [...dataset.notes, ...[note, dark].filter((line) => line !== undefined), ...testFilms.notes],
    run: ({ batchSize = 32, ...options }) =>
      evaluateFilms({
        ...options,
        batchSize,
        keepSeen,
        model,
        name,
        checkpoint: path,
        dataset,
        testFilms,
        batches,
        cohort,
        lineage,
        synthetic,
      }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** What the films of a test are chosen from. */
interface Candidates extends Pick<PlanEvaluationOptions, "onDecoded"> {
  readonly dataset: Dataset;
  readonly cohort: Cohort;
  readonly batches: Batches;
}

async function choose(
  { path, lineage }: TrainedModel,
  split: TestSplit,
  { dataset, cohort, batches, onDecoded }: Candidates,
): Promise<TestFilms> {
  const recorded = lineage.some(({ type }) => type !== "foreign");
  if (!recorded && (split === "train" || split === "val")) {
    throw new UserError(`${path} records no ${split} split`, {
      remedy: "Test the folder's own test list with --split test, or all films with --split all",
    });
  }
  if (split !== "all") await decodeUnknown(batches, dataset, recognize(lineage, cohort), onDecoded);
  const recognition = recognize(lineage, withDecoded(cohort, batches));
  const testFilms = chooseTestFilms(split, recognition, {
    officialTest: dataset.predefinedSplit?.given.test,
    recorded,
    held: countAllHeldOut(lineage, cohort, recognition, split === "val" ? ["val"] : ["test"]),
  });
  if (testFilms.films.length > 0) return testFilms;
  throw new UserError(`${dataset.name} holds no film of the ${split} split that ${path} records`, {
    remedy: "Name the folder that it was trained on with --data-dir, or test all films with --split all",
  });
}

/** The dataset of a test, and what to know of how it was found. */
export interface RecordedDataset {
  readonly dataset: Dataset;
  readonly note?: string;
}

/**
 * Opens the dataset that a model's file records, or the synthetic films of the phantom if it records none.
 *
 * @throws {UserError} where the recorded folder does not exist any more
 */
export async function openRecordedDataset(
  { path, metadata }: Pick<ModelFile, "path" | "metadata">,
): Promise<RecordedDataset> {
  if (metadata === undefined) {
    const note = `${path} records no films, and --data-dir names none: the test is on synthetic films`;
    return { dataset: await openDataset({}), note };
  }
  const { directory, kind } = metadata.dataset;
  if (directory !== undefined && !existsSync(directory)) {
    throw new UserError(`${path} was trained on the films in ${directory}, which does not exist`, {
      remedy: "Name the folder where they are now, or other films, with --data-dir",
    });
  }
  return { dataset: await openDataset({ directory, kind: datasetKind(kind) }) };
}

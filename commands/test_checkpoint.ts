import { existsSync } from "node:fs";
import { type Batches, openBatches } from "../data/stream/batches.ts";
import { darkFilmsNote } from "../data/checks/dark_films.ts";
import type { Dataset } from "../data/dataset.ts";
import { identifyFilms, withDecoded } from "../data/identity/identify.ts";
import { openDataset } from "../data/readers/open_dataset.ts";
import { type DatasetKind, datasetKind } from "../data/readers/readers.ts";
import { skipUnreadable } from "../data/checks/unreadable.ts";
import { verifyFilms } from "../data/checks/verify.ts";
import { UserError } from "../errors.ts";
import { chooseTestFilms, type TestFilms, type TestSplit } from "../evaluate/test_films.ts";
import type { Cohort } from "../lineage/cohort.ts";
import type { Generation } from "../lineage/generation.ts";
import { countAllHeldOut } from "../lineage/held_out.ts";
import { recognize } from "../lineage/recognize.ts";
import { trainLog } from "../train/log.ts";
import type { engineOptions, Values } from "../train/options.ts";
import { printLine } from "../train/progress.ts";
import type { CommandContext } from "./cli.ts";
import { startEngine } from "./engine.ts";
import { decodeUnknown } from "./identify.ts";
import { openRunLog } from "./run_log.ts";
import { createReportFolder, reportTest } from "./test_report.ts";
import { openTrainedFile, type TrainedFile, type TrainedModelOptions, voidBeside } from "./trained_model.ts";

/** What to test on what; without a dataset, on the checkpoint's own. */
export interface CheckpointTest extends TrainedModelOptions, Values<typeof engineOptions> {
  readonly dataDir?: string;
  readonly dataset: DatasetKind;
  readonly split: TestSplit;
  readonly keepSeen: boolean;
  readonly batchSize: number;
  readonly onBadImage: "error" | "skip";
  /** A folder for `predictions.csv` and `evaluation.json`; by default beside the log, where one is kept. */
  readonly report?: string;
  /** One JSON document instead of the table. */
  readonly json: boolean;
  /** Where a log of the test is kept, if it is. */
  readonly logDir?: string;
  /** How the log is named where the file does not tell. */
  readonly splitType?: string;
}

/**
 * Tests a trained model on films of a dataset: of a checkpoint's own split, those that are still there; of another dataset all films; where
 * nothing is recorded, the dataset's own test list, or all films.
 */
export async function testCheckpoint(
  options: CheckpointTest,
  { given, ignored, commandWith }: CommandContext,
): Promise<void> {
  const loading = new Date();
  using file = await openTrainedFile(options, { commandWith, assumeDocument: true });
  const { path, metadata } = file;
  const { dataset, note: chosen } = await openRecorded(options, file);
  const trained = await file.compile({ dataset });
  const { model, name, channels, lineage, synthetic } = trained;
  const { unreadable, note: leftOut } = await verifyFilms(dataset, options);
  if (options.report !== undefined) await createReportFolder(options.report);
  const cohort = await identifyFilms(dataset);
  await using batches = openBatches(dataset, {
    ...{ imageSize: model.input[0], channels, unreadable },
    onUnreadable: (film, reason) => leaveOut(film, reason),
  });
  const tested = await choose({ path, split: options.split }, { dataset, cohort, lineage, batches });
  const initializing = new Date();
  const engine = await startEngine(options);
  const weights = await trained.load();
  const log = options.logDir === undefined ? undefined : await openRunLog({
    ...{
      directory: options.logDir,
      model: name,
      test: true,
      title: `test of ${path}`,
      options,
      engine,
      loading,
      initializing,
    },
    splitType: metadata?.dataset.splitType ?? options.splitType ?? "balanced",
  });
  const { report = log?.replace(/\.log$/, ".report") } = options;
  const tell = log === undefined ? printLine : trainLog.info;
  const lines = [
    ...[...ignored, ...voidBeside(file, given), ...trained.notes, chosen, ...dataset.notes, leftOut],
    await darkFilmsNote(dataset.films.flatMap(({ path }) => path ?? [])),
    ...tested.notes,
    ...(options.keepSeen && tested.split !== "all"
      ? [`--split ${tested.split} leaves --keep-seen without effect`]
      : []),
  ];
  for (const line of lines) if (line !== undefined) tell(line);
  const leaveOut = skipUnreadable(dataset, { total: tested.films.length, log: tell });
  if (log !== undefined) { for (const line of ["Testing...", `Loaded tested model from ${path}`]) trainLog.info(line); }
  await reportTest({
    ...{
      ...options,
      report,
      model,
      name,
      checkpoint: path,
      weights,
      dataset,
      cohort,
      lineage,
      synthetic,
      tested,
      batches,
    },
  });
  if (log !== undefined) tell(`The report is in ${report}`);
}

/** What the films of a test are chosen from. */
interface Candidates {
  readonly dataset: Dataset;
  readonly cohort: Cohort;
  readonly lineage: readonly Generation[];
  readonly batches: Batches;
}

async function choose(
  { path, split }: { readonly path: string; readonly split: TestSplit },
  { dataset, cohort, lineage, batches }: Candidates,
): Promise<TestFilms> {
  const recorded = lineage.some(({ type }) => type !== "foreign");
  if (!recorded && (split === "train" || split === "val")) {
    throw new UserError(`${path} records no ${split} split`, {
      remedy: "Test the folder's own test list with --split test, or all films with --split all",
    });
  }
  if (split !== "all") await decodeUnknown(batches, dataset, recognize(lineage, cohort));
  const recognition = recognize(lineage, withDecoded(cohort, batches));
  const { predefinedSplit } = dataset;
  const tested = chooseTestFilms(split, recognition, {
    officialTest: predefinedSplit?.given.test,
    recorded,
    held: countAllHeldOut(lineage, cohort, recognition, split === "val" ? ["val"] : ["test"]),
  });
  if (tested.films.length > 0) return tested;
  throw new UserError(`${dataset.name} holds no film of the ${split} split that ${path} records`, {
    remedy: "Name the folder that it was trained on with --data-dir, or test all films with --split all",
  });
}

/** The dataset that is named, else the one that the checkpoint records; without either, synthetic films, and a line that says so. */
async function openRecorded(
  { dataDir, dataset: kind }: CheckpointTest,
  { path, metadata }: TrainedFile,
): Promise<{ readonly dataset: Dataset; readonly note?: string }> {
  if (dataDir !== undefined || kind !== "auto") return { dataset: await openDataset({ directory: dataDir, kind }) };
  if (metadata === undefined) {
    const note = `${path} records no films, and --data-dir names none: the test is on synthetic films`;
    return { dataset: await openDataset({}), note };
  }
  const { directory, kind: recorded } = metadata.dataset;
  if (directory !== undefined && !existsSync(directory)) {
    throw new UserError(`${path} was trained on the films in ${directory}, which does not exist`, {
      remedy: "Name the folder where they are now, or other films, with --data-dir",
    });
  }
  return { dataset: await openDataset({ directory, kind: datasetKind(recorded) }) };
}

import { type Batches, openBatches } from "../data/batches.ts";
import { darkFilmsNote } from "../data/dark_films.ts";
import type { Dataset } from "../data/dataset.ts";
import { identifyFilms, withPixels } from "../data/identify.ts";
import { openDataset } from "../data/open_dataset.ts";
import { passOver } from "../data/unreadable.ts";
import { verifyFilms } from "../data/verify.ts";
import { UserError } from "../errors.ts";
import { chooseTestFilms, type TestFilms, type TestSplit } from "../evaluate/test_films.ts";
import type { Cohort } from "../lineage/cohort.ts";
import type { Generation } from "../lineage/generation.ts";
import { recognize } from "../lineage/recognize.ts";
import { readTensors } from "../train/checkpoint.ts";
import { trainLog } from "../train/log.ts";
import type { engineOptions, Values } from "../train/options.ts";
import { printLine } from "../train/progress.ts";
import { openCheckpoint } from "../weights/checkpoint.ts";
import { type CheckpointMetadata, lineageOf } from "../weights/checkpoint_metadata.ts";
import { startEngine } from "./engine.ts";
import { decodeUnknown } from "./identify.ts";
import { compileCheckpoint } from "./model_source.ts";
import { checkLabels } from "./recorded.ts";
import { openRunLog } from "./run_log.ts";
import { createReportFolder, reportTest, type TestReport } from "./test_report.ts";

/** What to test a checkpoint on; without a dataset, on its own. */
export interface CheckpointTest extends Values<typeof engineOptions>, Pick<TestReport, "report" | "json" | "keepSeen"> {
  readonly ckptPath: string;
  /** A file that brings layers which the checkpoint's spec needs, or the checkpoint's own name. */
  readonly model?: string;
  readonly dataDir?: string;
  readonly dataset: Dataset["kind"] | "auto";
  readonly split: TestSplit;
  readonly batchSize: number;
  readonly onBadImage: "error" | "skip";
  /** Lines about options that have no effect. */
  readonly ignored: readonly string[];
  /** Where a log of the test is kept, if it is. */
  readonly logDir?: string;
}

/** Tests a checkpoint on films of a dataset: of its own split, those that are still there; of another dataset all films. */
export async function testCheckpoint(options: CheckpointTest): Promise<void> {
  const { ckptPath } = options, loading = new Date();
  using checkpoint = await openCheckpoint(ckptPath);
  const { metadata } = checkpoint, { preprocessing } = metadata;
  const dataset = await openRecorded(options, metadata);
  checkLabels(ckptPath, metadata, dataset);
  const model = await compileCheckpoint(ckptPath, metadata, options.model);
  const { unreadable, note: leftOut } = await verifyFilms(dataset, options);
  if (options.report !== undefined) await createReportFolder(options.report);
  const lineage = lineageOf(metadata), cohort = await identifyFilms(dataset);
  await using batches = openBatches(dataset, {
    imageSize: preprocessing.imageSize,
    normalization: preprocessing,
    unreadable,
    onUnreadable: (film, reason) => leaveOut(film, reason),
  });
  const tested = await choose(options, { dataset, cohort, lineage, batches });
  const initializing = new Date();
  const engine = await startEngine(options);
  const weights = await readTensors(checkpoint, ckptPath, model.parameters);
  if (options.logDir !== undefined) {
    const { logDir: directory, ignored: _, ...told } = options, { splitType } = metadata.dataset;
    await openRunLog({
      ...{ directory, model: metadata.model, splitType, test: true },
      ...{ title: `test of ${ckptPath}`, options: told, engine, loading, initializing },
    });
  }
  const tell = options.logDir === undefined ? printLine : trainLog.info;
  const lines = [
    ...[
      ...options.ignored,
      ...dataset.notes,
      leftOut,
      await darkFilmsNote(dataset.films.flatMap(({ path }) => path ?? [])),
    ],
    ...tested.notes,
  ];
  for (const line of lines) if (line !== undefined) tell(line);
  const leaveOut = passOver(dataset, { total: tested.films.length, tell });
  if (options.logDir !== undefined) {
    trainLog.info("Testing...");
    trainLog.info(`Loaded tested model from ${ckptPath}`);
  }
  await reportTest({
    ...options,
    ...{ model, name: metadata.model, checkpoint: ckptPath, weights, dataset, cohort, lineage, tested, batches },
  });
}

/** What the films of a test are chosen from. */
interface Candidates {
  readonly dataset: Dataset;
  readonly cohort: Cohort;
  readonly lineage: readonly Generation[];
  readonly batches: Batches;
}

async function choose(
  { ckptPath, split }: CheckpointTest,
  { dataset, cohort, lineage, batches }: Candidates,
): Promise<TestFilms> {
  if (split !== "all") await decodeUnknown(batches, dataset, recognize(lineage, cohort));
  const recognition = recognize(lineage, withPixels(cohort, batches.pixelDigests));
  const { predefinedSplit } = dataset, recorded = lineage.some(({ type }) => type !== "foreign");
  const tested = chooseTestFilms(split, recognition, { officialTest: predefinedSplit?.given.test, recorded });
  if (tested.films.length > 0) return tested;
  throw new UserError(`${dataset.name} holds no film of the ${split} split that ${ckptPath} records`, {
    remedy: "Name the folder that it was trained on with --data-dir, or test all films with --split all",
  });
}

/** The dataset that is named, else the one that the checkpoint records. */
function openRecorded(
  { dataDir, dataset }: CheckpointTest,
  { dataset: recorded }: CheckpointMetadata,
): Promise<Dataset> {
  if (dataDir !== undefined || dataset !== "auto") return openDataset({ directory: dataDir, kind: dataset });
  return openDataset({ directory: recorded.directory, kind: recorded.kind as Dataset["kind"] });
}

import { openBatches } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import { openDataset } from "../data/open_dataset.ts";
import { splitFilms } from "../data/split.ts";
import { passOver } from "../data/unreadable.ts";
import { verifyFilms } from "../data/verify.ts";
import { readTensors } from "../train/checkpoint.ts";
import { openLog, trainLog } from "../train/log.ts";
import type { engineOptions, Values } from "../train/options.ts";
import { printLine } from "../train/progress.ts";
import { openCheckpoint } from "../weights/checkpoint.ts";
import type { CheckpointMetadata } from "../weights/checkpoint_metadata.ts";
import { startEngine } from "./engine.ts";
import { compileCheckpoint } from "./model_source.ts";
import { checkLabels, recordedSplit } from "./recorded.ts";
import { createReportFolder, filmsOf, reportTest, type TestReport } from "./test_report.ts";

/** What to test a checkpoint on; without a dataset, on its own. */
export interface CheckpointTest extends Values<typeof engineOptions>, Pick<TestReport, "which" | "report" | "json"> {
  readonly ckptPath: string;
  /** A file that brings layers which the checkpoint's spec needs, or the checkpoint's own name. */
  readonly model?: string;
  readonly dataDir?: string;
  readonly dataset: Dataset["kind"] | "auto";
  readonly batchSize: number;
  readonly onBadImage: "error" | "skip";
  /** Where a log of the test is kept, if it is. */
  readonly logDir?: string;
}

/** Tests a checkpoint on films of a dataset: of its own split where it is the dataset that it was trained on. */
export async function testCheckpoint(options: CheckpointTest): Promise<void> {
  using checkpoint = await openCheckpoint(options.ckptPath);
  const { metadata } = checkpoint;
  const dataset = await openRecorded(options, metadata);
  checkLabels(options.ckptPath, metadata, dataset);
  const split = recordedSplit(dataset, metadata) ?? splitFilms(dataset, { seed: metadata.dataset.splitSeed });
  const model = await compileCheckpoint(options.ckptPath, metadata, options.model);
  const { unreadable, note } = await verifyFilms(dataset, options);
  if (options.report !== undefined) await createReportFolder(options.report);
  await startEngine(options);
  const weights = await readTensors(checkpoint, options.ckptPath, model.parameters);
  if (options.logDir !== undefined) {
    await openLog({
      ...{ directory: options.logDir, model: metadata.model, splitType: metadata.dataset.splitType, test: true },
      ...{ now: new Date(), console: printLine },
    });
  }
  const tell = options.logDir === undefined ? printLine : (line: string) => trainLog.info("{line}", { line });
  if (note !== undefined) tell(note);
  await using batches = openBatches(dataset, {
    imageSize: metadata.preprocessing.imageSize,
    normalization: metadata.preprocessing,
    unreadable,
    onUnreadable: passOver(dataset, { total: filmsOf(split, options.which).length, tell }),
  });
  await reportTest({
    ...options,
    model,
    name: metadata.model,
    checkpoint: options.ckptPath,
    weights,
    dataset,
    split,
    batches,
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

import { openDataset } from "../data/readers/open_dataset.ts";
import type { DatasetKind } from "../data/readers/readers.ts";
import { openRecordedDataset, planEvaluation, type RecordedDataset } from "../evaluate/evaluation_plan.ts";
import type { TestSplit } from "../evaluate/choose_films.ts";
import { trainLog } from "../train/log.ts";
import type { Values } from "./options/option.ts";
import type { engineOptions } from "./options/shared_options.ts";
import { printLine } from "../train/progress.ts";
import type { ModelFile } from "../trained/trained_model.ts";
import type { CommandContext } from "./cli.ts";
import { startEngine } from "./engine.ts";
import { decodingDisplay } from "./decoding_display.ts";
import { reportEvaluation } from "./report_evaluation.ts";
import { openRunLog } from "./run_log.ts";
import { openNamedModel, type TrainedModelOptions, voidBeside } from "./trained_model.ts";

/** What to test on which films; without a dataset, on the one that the file records. */
export interface EvaluateCheckpointOptions extends TrainedModelOptions, Values<typeof engineOptions> {
  readonly dataDir?: string;
  readonly dataset: DatasetKind;
  readonly split: TestSplit;
  readonly keepSeen: boolean;
  readonly batchSize: number;
  readonly onBadImage: "error" | "skip";
  /** A folder for `predictions.csv` and `evaluation.json`; by default beside the log, if there is one. */
  readonly report?: string;
  /** Whether one JSON document is printed in place of the table. */
  readonly json: boolean;
  /** The folder of a log of the test; by default none is written. */
  readonly logDir?: string;
  /** The sampler in the name of the log, if the file does not record one. */
  readonly splitType?: string;
}

/** Tests a trained model on films of a dataset, for `evaluate` and `train --test-only`. */
export async function evaluateCheckpoint(
  options: EvaluateCheckpointOptions,
  { given, ignored, commandWith }: CommandContext,
): Promise<void> {
  const loading = new Date();
  using file = await openNamedModel(options, { commandWith, assumeDocument: true });
  const { dataset, note } = await openTestDataset(options, file);
  const trained = await file.compile({ dataset });
  let tell = printLine;
  using decoding = decodingDisplay();
  await using plan = await planEvaluation(trained, dataset, {
    ...options,
    onUnreadable: (line) => tell(line),
    onDecoded: decoding.onDecoded,
  });
  decoding[Symbol.dispose]();
  const initializing = new Date();
  const engine = await startEngine(options);
  const weights = await trained.load();
  const log = options.logDir === undefined ? undefined : await openRunLog({
    directory: options.logDir,
    model: trained.name,
    test: true,
    title: `test of ${file.path}`,
    options,
    engine,
    loading,
    initializing,
    splitType: file.metadata?.dataset.splitType ?? options.splitType ?? "balanced",
  });
  if (log !== undefined) tell = trainLog.info;
  for (const line of [...ignored, ...voidBeside(file, given), ...trained.notes]) tell(line);
  for (const line of [...(note === undefined ? [] : [note]), ...plan.notes]) tell(line);
  const { split } = plan.testFilms;
  if (options.keepSeen && split !== "all") tell(`--split ${split} leaves --keep-seen without effect`);
  if (log !== undefined) { for (const line of ["Testing...", `Loaded tested model from ${file.path}`]) tell(line); }
  const { report = log?.replace(/\.log$/, ".report") } = options;
  await reportEvaluation(
    { ...options, dataset, testFilms: plan.testFilms, report },
    (onPredicted) => plan.run({ ...options, weights, onPredicted }),
  );
  if (log !== undefined) tell(`The report is in ${report}`);
}

/** Opens the dataset that is named, else the one that the file records. */
async function openTestDataset(
  { dataDir: directory, dataset: kind }: EvaluateCheckpointOptions,
  file: ModelFile,
): Promise<RecordedDataset> {
  if (directory !== undefined || kind !== "auto") return { dataset: await openDataset({ directory, kind }) };
  return await openRecordedDataset(file);
}

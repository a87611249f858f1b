import { join } from "node:path";
import type { Batches } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Split } from "../data/split.ts";
import type { Model } from "../dsl/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import { systemReason, UserError } from "../errors.ts";
import { formatTest } from "../evaluate/format.ts";
import type { FilmPredictions } from "../evaluate/predict.ts";
import { testCsv, testModel } from "../evaluate/test.ts";
import type { Precision } from "../ops/precision.ts";
import { resultLog } from "../train/log.ts";
import { showProgress } from "../train/progress.ts";
import { replaceFile } from "../weights/atomic_file.ts";

/** Which films a test takes. */
export const testSplits = ["test", "val", "train", "all"] as const;

/** What is tested on what, and how it is reported. */
export interface TestReport {
  readonly model: Model;
  /** As results name it. */
  readonly name: string;
  readonly checkpoint: string;
  readonly weights: Weights;
  readonly dataset: Dataset;
  readonly split: Split;
  readonly which: (typeof testSplits)[number];
  readonly batches: Batches;
  readonly batchSize: number;
  readonly precision: Precision;
  /** A folder for `predictions.csv` and `evaluation.json`. */
  readonly report?: string;
  /** One JSON document instead of the table. */
  readonly json: boolean;
}

/** The predictions of a test, and how fast they came. */
export interface Tested extends FilmPredictions {
  readonly examplesPerSecond: number;
}

/** Tests a model and prints the result to standard output and the log; with `report` writes the files of it. */
export async function reportTest(report: TestReport): Promise<Tested> {
  const { model, name, checkpoint, weights, dataset, split, which, batches, batchSize, precision } = report;
  const films = which === "all" ? [...split.train, ...split.val, ...split.test] : split[which];
  const start = performance.now();
  using display = showProgress(`test on ${which}`, Math.ceil(films.length / batchSize));
  const seen = (done: number) => display.update(done, Math.min(done * batchSize, films.length));
  const tested = { model, weights, dataset, batches, films, batchSize, precision, seen };
  const { predictions, result } = await testModel(tested);
  display[Symbol.dispose]();
  const examplesPerSecond = films.length / (performance.now() - start) * 1000;
  const document = { model: name, checkpoint, dataset: dataset.name, split: which, ...result };
  if (report.report !== undefined) {
    const splits = new Map(
      (["train", "val", "test"] as const).flatMap((part) => split[part].map((film) => [film, part])),
    );
    await createReportFolder(report.report);
    await replaceText(join(report.report, "evaluation.json"), `${JSON.stringify(document, null, 2)}\n`);
    const csv = testCsv(dataset, predictions, (film) => splits.get(film) ?? which);
    await replaceText(join(report.report, "predictions.csv"), csv);
  }
  const lines = formatTest(result);
  for (const line of lines) resultLog.info(line);
  console.log(report.json ? JSON.stringify(document, null, 2) : lines.join("\n"));
  return { ...predictions, examplesPerSecond };
}

/** Makes the folder of a report. */
export async function createReportFolder(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new UserError(`cannot write to ${folder}: ${systemReason(cause)}`, {
      remedy: "Name another folder with --report",
      cause,
    });
  }
}

const replaceText = (path: string, text: string) =>
  replaceFile(path, (append) => append(new TextEncoder().encode(text)));

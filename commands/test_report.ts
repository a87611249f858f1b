import { join } from "node:path";
import type { Batches } from "../data/stream/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import { withDecoded } from "../data/stream/identify.ts";
import type { Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import { count, systemReason, UserError } from "../errors.ts";
import { formatTest } from "../evaluate/format.ts";
import type { TestResult } from "../evaluate/metrics.ts";
import { type FilmPredictions, pickFilms } from "../evaluate/predict.ts";
import { type Estimate, estimates, judgeSeen, type Seen, warnOfSeen, type WithSeen } from "../evaluate/seen.ts";
import { predictFilms, scoreFilms, testCsv } from "../evaluate/test.ts";
import type { TestFilms } from "../evaluate/test_films.ts";
import type { Cohort } from "../lineage/cohort.ts";
import type { Generation } from "../lineage/generation.ts";
import { unrecordedOrigins } from "../lineage/origins.ts";
import { recognize } from "../lineage/recognize.ts";
import type { Precision } from "../ops/precision.ts";
import { resultLog } from "../train/log.ts";
import { showProgress } from "../train/progress.ts";
import { replaceFile } from "../formats/atomic_file.ts";

/** What is tested on what, and how it is reported. */
export interface TestReport {
  readonly model: Model;
  /** As results name it. */
  readonly name: string;
  readonly checkpoint: string;
  readonly weights: Weights;
  readonly dataset: Dataset;
  /** The dataset's films by what they are known again by. */
  readonly cohort: Cohort;
  /** What the model saw. */
  readonly lineage: readonly Generation[];
  /** Whether the model was trained on synthetic films. */
  readonly synthetic: boolean;
  readonly tested: TestFilms;
  /** Whether the main figures include films that were seen. */
  readonly keepSeen: boolean;
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
  const { name, checkpoint, dataset, tested: { split, films }, batchSize } = report;
  const start = performance.now();
  using display = showProgress(`test on ${split}`, Math.ceil(films.length / batchSize));
  const predictions = await predictFilms({
    ...{ ...report, films },
    seen: (done) => display.update(done, Math.min(done * batchSize, films.length)),
  });
  display[Symbol.dispose]();
  const examplesPerSecond = films.length / (performance.now() - start) * 1000;
  const unreadable = films.length - predictions.films.length;
  if (films.length > 1 && unreadable === films.length) {
    throw new UserError(`none of the ${count(films.length, "film")} of the test can be decoded`, { exitStatus: 1 });
  }
  const { result, splitOf } = judge(report, predictions);
  const document = { model: name, checkpoint, dataset: dataset.name, split, ...result, unreadable };
  if (report.report !== undefined) {
    await createReportFolder(report.report);
    await replaceText(join(report.report, "evaluation.json"), `${JSON.stringify(document, null, 2)}\n`);
    await replaceText(join(report.report, "predictions.csv"), testCsv(dataset, predictions, splitOf));
  }
  const lines = [
    ...formatTest(result),
    ...(unreadable > 0
      ? ["", `  Not in these numbers: ${unreadable} unreadable ${unreadable === 1 ? "film" : "films"}.`]
      : []),
  ];
  for (const line of lines) resultLog.info(line);
  console.log(report.json ? JSON.stringify(document, null, 2) : lines.join("\n"));
  return { ...predictions, examplesPerSecond };
}

/** The figures of predictions, of the films that the model never saw and of all, and each film's split. */
function judge(
  { dataset, cohort, lineage, synthetic, tested: { split }, keepSeen, batches }: TestReport,
  predictions: FilmPredictions,
): {
  result: TestResult & { seen: Seen; with_seen: WithSeen | null; estimate: Estimate };
  splitOf: (film: number) => string;
} {
  const recognition = recognize(lineage, withDecoded(cohort, batches));
  const patients = dataset.namesPatients ? predictions.films.map((film) => dataset.films[film].patient) : undefined;
  const { seen, isMain } = judgeSeen(predictions.films, recognition, { split, keepSeen, patients });
  const syntheticModel = synthetic && !dataset.synthetic;
  const caveats = warnOfSeen(seen, { split, origins: unrecordedOrigins(lineage), syntheticModel });
  const leftOut = new Set(predictions.films.filter((_, i) => !isMain[i]));
  return {
    result: {
      ...scoreFilms(dataset, pickFilms(predictions, isMain), caveats),
      estimate: estimates[split],
      seen,
      with_seen: split === "all" ? figuresOf(scoreFilms(dataset, predictions)) : null,
    },
    splitOf(film) {
      const { split: recorded = "new" } = recognition.films[film];
      return leftOut.has(film) && (recorded === "new" || recorded === "test") ? "seen" : recorded;
    },
  };
}

const figuresOf = ({ n, accuracy, disease_recall, specificity, auroc }: TestResult): WithSeen => ({
  ...{ n, accuracy, disease_recall, specificity, auroc },
});

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

import { evaluateFilms, type EvaluateFilmsOptions, type Evaluation } from "../evaluate/evaluation.ts";
import { evaluationDocument } from "../evaluate/evaluation_document.ts";
import { formatEvaluation, writeReport } from "../evaluate/evaluation_report.ts";
import type { Dataset } from "../data/dataset.ts";
import type { TestFilms } from "../evaluate/choose_films.ts";
import { resultLog } from "../train/log.ts";
import { showProgress } from "../train/progress.ts";

/** How the result of a test is shown. */
export interface ReportOptions {
  /** The dataset whose films are tested. */
  readonly dataset: Dataset;
  readonly testFilms: TestFilms;
  readonly batchSize: number;
  /** A folder for `predictions.csv` and `evaluation.json`. */
  readonly report?: string;
  /** Whether one JSON document is printed in place of the table. */
  readonly json: boolean;
}

/** Runs a test with a display of its progress, prints the result to standard output and the log, and writes the report. */
export async function reportEvaluation(
  { dataset, testFilms: { split, films }, batchSize, report, json }: ReportOptions,
  run: (onPredicted: (films: number) => void) => Promise<Evaluation>,
): Promise<Evaluation> {
  using display = showProgress(`test on ${split}`, Math.ceil(films.length / batchSize));
  const evaluation = await run((done) => display.update(Math.ceil(done / batchSize), done));
  display[Symbol.dispose]();
  if (report !== undefined) await writeReport(report, evaluation, dataset);
  const lines = formatEvaluation(evaluation);
  for (const line of lines) resultLog.info(line);
  console.log(json ? JSON.stringify(evaluationDocument(evaluation), null, 2) : lines.join("\n"));
  return evaluation;
}

/** Tests the weights that a run leaves behind; the table goes to standard output and the log. */
export async function reportTest(options: EvaluateFilmsOptions & { readonly report: string }): Promise<Evaluation> {
  return await reportEvaluation(
    { ...options, json: false },
    (onPredicted) => evaluateFilms({ ...options, onPredicted }),
  );
}

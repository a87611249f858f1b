import { join } from "node:path";
import type { Dataset } from "../data/dataset.ts";
import { systemReason, UserError } from "../errors.ts";
import { replaceFile } from "../formats/atomic_file.ts";
import type { Evaluation } from "./evaluation.ts";
import { evaluationDocument } from "./evaluation_document.ts";
import { formatTest } from "./format_result.ts";
import { datasetCsv } from "./score_dataset.ts";

/** Formats an evaluation as the lines of a table: see {@linkcode formatTest}. */
export function formatEvaluation(evaluation: Evaluation): string[] {
  const { unreadable } = evaluation, films = unreadable === 1 ? "film" : "films";
  const left = unreadable > 0 ? ["", `  Not in these numbers: ${unreadable} unreadable ${films}.`] : [];
  return [...formatTest(evaluation), ...left];
}

/**
 * Writes a report: `evaluation.json` with the figures, and `predictions.csv`, from which anyone can compute them again.
 *
 * @throws {UserError} where the folder cannot be made or written to
 */
export async function writeReport(folder: string, evaluation: Evaluation, dataset: Dataset): Promise<void> {
  await createReportFolder(folder);
  const { predictions, splits } = evaluation;
  await replaceText(join(folder, "evaluation.json"), `${JSON.stringify(evaluationDocument(evaluation), null, 2)}\n`);
  await replaceText(join(folder, "predictions.csv"), datasetCsv(dataset, predictions, splits));
}

/**
 * Makes the folder of a report.
 *
 * @throws {UserError} where it cannot be made
 */
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

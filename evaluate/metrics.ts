import { UserError } from "../errors.ts";
import { type Confusion, countCalls, rates } from "./confusion.ts";
import { ranking } from "./ranking.ts";
import { warn } from "./warnings.ts";

/** The label that means a normal film. */
export const noFinding = "No Finding";

/** One label's films, and how well its own probability ranks them; null where its films are all of one kind. */
export interface LabelResult {
  readonly label: string;
  readonly positives: number;
  readonly auroc: number | null;
  readonly average_precision: number | null;
}

/** What a predictor that never looks at a film scores. */
export interface BaselineResult {
  readonly accuracy: number | null;
  readonly disease_recall: number | null;
}

/** The fields of `evaluate --json` that come from the predictions, under its names; fractions, null where undefined. */
export interface TestResult {
  /** Films. */
  readonly n: number;
  /** Distinct patients; null where the data do not name them. */
  readonly patients: number | null;
  readonly counts: { readonly normal: number; readonly abnormal: number } | null;
  /** On p(No Finding): a film is called normal where p ≥ threshold. */
  readonly threshold: number;
  readonly accuracy: number | null;
  readonly disease_recall: number | null;
  readonly specificity: number | null;
  /** Of abnormal films against normal ones, scored by 1 − p(No Finding). */
  readonly auroc: number | null;
  readonly average_precision: number | null;
  readonly confusion: Confusion | null;
  readonly baselines: { readonly always_abnormal: BaselineResult; readonly always_normal: BaselineResult } | null;
  readonly labels: readonly LabelResult[];
  /** Why the numbers above may say less than they seem to; one sentence each. */
  readonly warnings: readonly string[];
}

/** Predictions and truth, row-major `[n, labels.length]`. */
export interface Predictions {
  readonly labels: readonly string[];
  /** Each label's sigmoid. */
  readonly probabilities: Float32Array | Float64Array;
  /** 0 or 1. */
  readonly targets: ArrayLike<number>;
}

/** Input of {@linkcode binaryTest}. */
export interface BinaryTestInput extends Predictions {
  /** Each film's patient. */
  readonly patients?: readonly string[];
  readonly threshold?: number;
  /** The films are generated: a warning says so. */
  readonly synthetic?: boolean;
}

/**
 * Normal against abnormal, and each label by itself. Accuracy and disease recall are the original script's: a film is
 * called normal where the sigmoid of No Finding is at least the threshold, and is normal where that target is 1.
 *
 * @throws {UserError} exit status 1, on a probability that is not a number from 0 to 1
 * @throws {TypeError} on arrays whose lengths differ
 *
 * @example
 * ```ts
 * import { binaryTest } from "./metrics.ts";
 * const { accuracy, disease_recall } = binaryTest({
 *   labels: ["Mass", "No Finding"],
 *   probabilities: Float32Array.of(0.9, 0.2, 0.1, 0.7, 0.3, 0.6),
 *   targets: [1, 0, 0, 1, 1, 0],
 * });
 * console.assert(accuracy === 2 / 3 && disease_recall === 1 / 2);
 * ```
 */
export function binaryTest(
  { patients, threshold = 0.5, synthetic = false, ...predictions }: BinaryTestInput,
): TestResult {
  const { labels, targets } = predictions;
  const n = countFilms(predictions, patients);
  checkValues(predictions);
  const columns = labels.map((label, j) => {
    const column = pickColumn(predictions, n, j);
    const positives = column.targets.reduce((sum, target) => sum + target, 0);
    return { column, result: { label, positives, ...ranking(column.probabilities, column.targets) } };
  });
  const normal = columns[labels.indexOf(noFinding)]?.column;
  const result = {
    n,
    patients: patients ? new Set(patients).size : null,
    ...(normal ? normalOrNot(normal, threshold) : undefinedWithoutNoFinding(threshold)),
    labels: columns.map(({ result }) => result),
  };
  const facts = {
    synthetic,
    constant: n > 1 && normal !== undefined && normal.probabilities.every((p) => p === normal.probabilities[0]),
    contradictory: normal ? countContradictory(targets, normal.targets, labels.length) : 0,
  };
  return { ...result, warnings: warn(result, facts) };
}

interface Column {
  readonly probabilities: Float64Array;
  readonly targets: Uint8Array;
}

function normalOrNot({ probabilities, targets }: Column, threshold: number) {
  const confusion = countCalls(probabilities, targets, threshold);
  const normal = confusion.tn + confusion.fp, abnormal = confusion.tp + confusion.fn;
  const baseline = (counts: Confusion) => {
    const { accuracy, disease_recall } = rates(counts);
    return { accuracy, disease_recall };
  };
  return {
    counts: { normal, abnormal },
    threshold,
    ...rates(confusion),
    ...ranking(probabilities.map((p) => 1 - p), targets.map((target) => 1 - target)),
    confusion,
    baselines: {
      always_abnormal: baseline({ tp: abnormal, fp: normal, tn: 0, fn: 0 }),
      always_normal: baseline({ tp: 0, fp: 0, tn: normal, fn: abnormal }),
    },
  };
}

function undefinedWithoutNoFinding(threshold: number) {
  return {
    counts: null,
    threshold,
    accuracy: null,
    disease_recall: null,
    specificity: null,
    auroc: null,
    average_precision: null,
    confusion: null,
    baselines: null,
  };
}

function pickColumn({ probabilities, targets, labels }: Predictions, n: number, j: number): Column {
  const column = { probabilities: new Float64Array(n), targets: new Uint8Array(n) };
  for (let i = 0; i < n; i++) {
    column.probabilities[i] = probabilities[i * labels.length + j];
    column.targets[i] = targets[i * labels.length + j];
  }
  return column;
}

function countFilms({ labels, probabilities, targets }: Predictions, patients?: readonly string[]): number {
  const n = labels.length === 0 ? 0 : probabilities.length / labels.length;
  if (!Number.isInteger(n) || targets.length !== probabilities.length || (patients && patients.length !== n)) {
    throw new TypeError(
      `metrics: ${probabilities.length} probabilities, ${targets.length} targets` +
        `${patients ? ` and ${patients.length} patients` : ""} do not go with ${labels.length} labels`,
    );
  }
  return n;
}

function checkValues({ labels, probabilities, targets }: Predictions): void {
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i];
    if (!(p >= 0 && p <= 1)) {
      const film = Math.floor(i / labels.length) + 1;
      throw new UserError(`the model's probability of ${labels[i % labels.length]} is ${p} for film ${film}`, {
        remedy: "Its weights or its input are not finite: train again with a lower --lr, or use an earlier checkpoint.",
        exitStatus: 1,
      });
    }
    if (targets[i] !== 0 && targets[i] !== 1) throw new TypeError(`metrics: target ${i} is ${targets[i]}, not 0 or 1`);
  }
}

/** Films that are marked No Finding and something else at once. */
function countContradictory(targets: ArrayLike<number>, normal: Uint8Array, classes: number): number {
  return normal.reduce((count, isNormal, i) => {
    let marks = 0;
    for (let j = 0; j < classes; j++) marks += targets[i * classes + j];
    return count + (isNormal === 1 && marks > 1 ? 1 : 0);
  }, 0);
}

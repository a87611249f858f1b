import { noFindingName } from "../data/labels.ts";
import { type NormalBy, normalBy } from "../data/normal.ts";
import { UserError } from "../errors.ts";
import { type Abnormality, defaultThreshold, findAbnormal } from "./abnormal.ts";
import { type BinaryMetrics, eachMetric, measure } from "./binary_metrics.ts";
import type { Predictions } from "./predictions.ts";
import { ranking } from "./ranking.ts";
import type { LabelResult, TestResult } from "./result.ts";
import { warn } from "./warnings.ts";

/** Options of {@linkcode binaryTest}. */
export interface BinaryTestInput extends Predictions {
  /** Each film's patient. */
  readonly patients?: readonly string[];
  /** The threshold between normal and abnormal, a probability. Default: 0.5. */
  readonly threshold?: number;
  /** Whether the films are synthetic: a warning says so. Default: false. */
  readonly synthetic?: boolean;
  /** What else weakens the numbers, a sentence each, to be added to the warnings. */
  readonly caveats?: readonly string[];
}

/**
 * Scores predictions: normal against abnormal films, and each label by itself. Accuracy and disease recall are those of the original script:
 * a film is called normal where the sigmoid of No Finding is at least the threshold, and is normal where that target is 1. Without that
 * label, {@linkcode normalBy} says whether a film is normal where no finding is marked.
 *
 * @throws {UserError} exit status 1, if a logit is not finite
 * @throws {TypeError} if the lengths of the arrays differ
 *
 * @example
 * ```ts
 * import { binaryTest } from "@thorax/thorax";
 * const { accuracy, diseaseRecall } = binaryTest({
 *   labels: ["Mass", "No Finding"],
 *   logits: Float32Array.of(2.2, -1.4, -2.2, 0.8, -0.8, 0.4),
 *   targets: [1, 0, 0, 1, 1, 0],
 * });
 * console.assert(accuracy === 2 / 3 && diseaseRecall === 1 / 2);
 * ```
 */
export function binaryTest(
  { patients, threshold = defaultThreshold, synthetic = false, caveats = [], ...predictions }: BinaryTestInput,
): TestResult {
  const { labels } = predictions;
  const n = countFilms(predictions, patients);
  checkValues(predictions);
  const by = normalBy(labels);
  const films = by && findAbnormal(predictions, { normalBy: by, threshold });
  const result = {
    n,
    patients: patients ? new Set(patients).size : null,
    ...(films ? compare(films, { normalBy: by, threshold }) : unknown),
    labels: labels.map((label, j) => testLabel(label, pickColumn(predictions, n, j))),
  };
  const facts = {
    synthetic,
    caveats,
    constant: n > 1 && films !== null && films.scores.every((score) => score === films.scores[0]),
    contradictory: countContradictory(predictions, n),
  };
  return { ...result, warnings: warn(result, facts) };
}

function compare(films: Abnormality, rule: { normalBy: NormalBy | null; threshold: number }) {
  const { confusion, ...metrics } = measure(films), { abnormal } = films;
  const always = (answer: 0 | 1): BinaryMetrics => {
    const constant = { abnormal, scores: new Float64Array(abnormal.length), called: abnormal.map(() => answer) };
    const { confusion: _, ...metrics } = measure(constant);
    return metrics;
  };
  return {
    counts: { normal: confusion.tn + confusion.fp, abnormal: confusion.tp + confusion.fn },
    ...rule,
    ...metrics,
    confusion,
    baselines: { alwaysAbnormal: always(1), alwaysNormal: always(0) },
  };
}

/** The result where the labels cannot tell which films are normal. */
const unknown = {
  counts: null,
  normalBy: null,
  threshold: null,
  ...eachMetric(() => null),
  confusion: null,
  baselines: null,
};

function testLabel(label: string, { logits, targets }: Column): LabelResult {
  const positives = targets.reduce((sum, target) => sum + target, 0);
  return { label, positives, ...ranking(logits, targets) };
}

interface Column {
  readonly logits: Float64Array;
  readonly targets: Uint8Array;
}

function pickColumn({ logits, targets, labels }: Predictions, n: number, j: number): Column {
  const inColumn = (values: ArrayLike<number>) => (_: unknown, i: number) => values[i * labels.length + j] ?? NaN;
  return {
    logits: Float64Array.from({ length: n }, inColumn(logits)),
    targets: Uint8Array.from({ length: n }, inColumn(targets)),
  };
}

function countFilms({ labels, logits, targets }: Predictions, patients?: readonly string[]): number {
  const n = labels.length === 0 ? 0 : logits.length / labels.length;
  if (!Number.isInteger(n) || targets.length !== logits.length || (patients && patients.length !== n)) {
    throw new TypeError(
      `metrics: ${logits.length} logits, ${targets.length} targets` +
        `${patients ? ` and ${patients.length} patients` : ""} do not go with ${labels.length} labels`,
    );
  }
  return n;
}

function checkValues({ labels, logits, targets }: Predictions): void {
  for (let i = 0; i < logits.length; i++) {
    if (!Number.isFinite(logits[i])) {
      const film = Math.floor(i / labels.length) + 1;
      throw new UserError(`the model's logit of ${labels[i % labels.length]} is ${logits[i]} for film ${film}`, {
        remedy: "Its weights or its input are not finite: train again with a lower --lr, or use an earlier checkpoint.",
        exitStatus: 1,
      });
    }
    if (targets[i] !== 0 && targets[i] !== 1) throw new TypeError(`metrics: target ${i} is ${targets[i]}, not 0 or 1`);
  }
}

/** Counts the films that are marked No Finding and something else at once. */
function countContradictory({ labels, targets }: Predictions, n: number): number {
  const classes = labels.length, noFinding = labels.indexOf(noFindingName);
  let count = 0;
  for (let start = 0; noFinding >= 0 && start < n * classes; start += classes) {
    let marks = 0;
    for (let j = 0; j < classes; j++) if (targets[start + j] === 1) marks++;
    if (targets[start + noFinding] === 1 && marks > 1) count++;
  }
  return count;
}

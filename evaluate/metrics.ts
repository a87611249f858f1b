import { noFindingName } from "../data/labels.ts";
import { type NormalBy, normalBy } from "../data/normal.ts";
import { UserError } from "../errors.ts";
import { type Abnormality, defaultThreshold, findAbnormal } from "./abnormal.ts";
import { type Confusion, countCalls, rates } from "./confusion.ts";
import { ranking } from "./ranking.ts";
import { warn } from "./warnings.ts";

/** One label's films, and how well its own logit ranks them; null where its films are all of one kind. */
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
  /** What a film is normal by; null where these labels cannot tell, and so all that rests on it. */
  readonly normal_by: NormalBy | null;
  /**
   * By No Finding: a film is called normal where that label's p ≥ threshold. By no finding marked: it is called abnormal
   * where the greatest finding's p > threshold.
   */
  readonly threshold: number | null;
  readonly accuracy: number | null;
  readonly disease_recall: number | null;
  readonly specificity: number | null;
  /** The area under the ROC curve of abnormal films against normal ones, ranked by the logit of No Finding from below, or by the greatest finding's. */
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
  /** The model's outputs: probabilities near 1 are one and the same float, and rank nothing. */
  readonly logits: Float32Array | Float64Array;
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
  /** What else is known to weaken the numbers, a sentence each: among the warnings. */
  readonly caveats?: readonly string[];
}

/**
 * Normal against abnormal, and each label by itself. Accuracy and disease recall are the original script's: a film is
 * called normal where the sigmoid of No Finding is at least the threshold, and is normal where that target is 1. Without
 * that label {@linkcode normalBy} says whether a film is normal where no finding is marked.
 *
 * @throws {UserError} exit status 1, on a logit that is not finite
 * @throws {TypeError} on arrays whose lengths differ
 *
 * @example
 * ```ts
 * import { binaryTest } from "./metrics.ts";
 * const { accuracy, disease_recall } = binaryTest({
 *   labels: ["Mass", "No Finding"],
 *   logits: Float32Array.of(2.2, -1.4, -2.2, 0.8, -0.8, 0.4),
 *   targets: [1, 0, 0, 1, 1, 0],
 * });
 * console.assert(accuracy === 2 / 3 && disease_recall === 1 / 2);
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
    ...(films ? compare(films, { normal_by: by, threshold }) : unknown),
    labels: labels.map((label, j) => testLabel(label, pickColumn(predictions, n, j))),
  };
  const facts = {
    ...{ synthetic, caveats },
    constant: n > 1 && films !== null && films.scores.every((score) => score === films.scores[0]),
    contradictory: countContradictory(predictions, n),
  };
  return { ...result, warnings: warn(result, facts) };
}

function compare({ abnormal, scores, called }: Abnormality, rule: { normal_by: NormalBy | null; threshold: number }) {
  const confusion = countCalls(called, abnormal);
  const counts = { normal: confusion.tn + confusion.fp, abnormal: confusion.tp + confusion.fn };
  const baseline = (calls: Confusion) => {
    const { accuracy, disease_recall } = rates(calls);
    return { accuracy, disease_recall };
  };
  return {
    counts,
    ...rule,
    ...rates(confusion),
    ...ranking(scores, abnormal),
    confusion,
    baselines: {
      always_abnormal: baseline({ tp: counts.abnormal, fp: counts.normal, tn: 0, fn: 0 }),
      always_normal: baseline({ tp: 0, fp: 0, tn: counts.normal, fn: counts.abnormal }),
    },
  };
}

/** Where the labels cannot tell what is normal. */
const unknown = {
  counts: null,
  normal_by: null,
  threshold: null,
  accuracy: null,
  disease_recall: null,
  specificity: null,
  auroc: null,
  average_precision: null,
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
  const column = { logits: new Float64Array(n), targets: new Uint8Array(n) };
  for (let i = 0; i < n; i++) {
    column.logits[i] = logits[i * labels.length + j];
    column.targets[i] = targets[i * labels.length + j];
  }
  return column;
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

/** Films that are marked No Finding and something else at once; without that label there is no such film. */
function countContradictory({ labels, targets }: Predictions, n: number): number {
  const classes = labels.length, noFinding = labels.indexOf(noFindingName);
  let count = 0;
  for (let start = 0; noFinding >= 0 && start < n * classes; start += classes) {
    let marks = 0;
    for (let j = 0; j < classes; j++) marks += targets[start + j];
    if (targets[start + noFinding] === 1 && marks > 1) count++;
  }
  return count;
}

import { noFindingName } from "../data/labels.ts";
import { count, printable } from "../errors.ts";
import type { LabelResult, TestResult } from "./metrics.ts";
import type { WithSeen } from "./seen.ts";
import { alignColumns, cellName, wrapWords } from "./table.ts";

/** The terminal's width that every line keeps to. */
const columns = 100;

/**
 * A test's result for the log and the console: the document's two lines, then what they mean. Rates are percent with three
 * decimals, AUROC and AP fractions; what cannot be computed is `undefined`. Where films were left out because the model had
 * seen them, a row has the figures with them.
 *
 * @example
 * ```ts
 * import { formatTest } from "./format.ts";
 * import { binaryTest } from "./metrics.ts";
 * const result = binaryTest({ labels: ["No Finding"], logits: Float32Array.of(2.2, -1.4), targets: [1, 0] });
 * console.assert(formatTest(result)[0] === "Test Accuracy: 100.000");
 * ```
 */
export function formatTest(result: TestResult & { readonly with_seen?: WithSeen | null }): string[] {
  return [
    `Test Accuracy: ${percent(result.accuracy)}`,
    `Disease Recall: ${percent(result.disease_recall)}`,
    "",
    `  ${describeFilms(result)}`,
    ...section(formatPredictors(result)),
    ...section(formatConfusion(result)),
    ...section(formatLabels(result.labels)),
    ...section(result.warnings.flatMap((warning) => wrapWords(`Warning: ${printable(warning)}`, columns, "  "))),
  ];
}

function describeFilms({ n, patients, counts, normal_by }: TestResult): string {
  const films = count(n, "film") + (patients === null ? "" : ` of ${count(patients, "patient")}`);
  const by = normal_by === noFindingName ? "" : ` (${normal_by})`;
  return counts ? `${films}: ${number(counts.normal)} normal${by}, ${number(counts.abnormal)} abnormal` : films;
}

/** The model beside those that never look. A constant score ranks by chance: AUROC 0.5, AP the share of abnormal films. */
function formatPredictors(result: Parameters<typeof formatTest>[0]): string[] {
  const { accuracy, disease_recall, specificity, auroc, average_precision, baselines, counts, with_seen } = result;
  if (!baselines || !counts) return [];
  const ranked = auroc !== null;
  const chance = [fraction(ranked ? 0.5 : null), fraction(ranked ? counts.abnormal / result.n : null)];
  const constant = (name: keyof typeof baselines, specificity: number) => [
    name.replace("_", " "),
    percent(baselines[name].accuracy),
    percent(baselines[name].disease_recall),
    percent(counts.normal > 0 ? specificity : null),
    ...chance,
  ];
  return alignColumns([
    ["normal or abnormal", "accuracy", "disease recall", "specificity", "AUROC", "AP"],
    [
      "this model",
      ...[accuracy, disease_recall, specificity].map(percent),
      fraction(auroc),
      fraction(average_precision),
    ],
    ...(with_seen && with_seen.n !== result.n ? [formatWithSeen(with_seen)] : []),
    constant("always_abnormal", 0),
    constant("always_normal", 1),
  ]);
}

function formatWithSeen({ n, accuracy, disease_recall, specificity, auroc }: WithSeen): string[] {
  const rates = [accuracy, disease_recall, specificity].map(percent);
  return [`on all ${number(n)}, seen ones too`, ...rates, fraction(auroc), ""];
}

function formatConfusion({ confusion, normal_by, threshold }: TestResult): string[] {
  if (!confusion) return [];
  const { tp, fp, tn, fn } = confusion;
  const rule = normal_by === noFindingName ? `normal: p(${noFindingName}) ≥` : "abnormal: greatest p of a finding >";
  return alignColumns([
    [`${rule} ${threshold}`, "called abnormal", "called normal"],
    ["abnormal films", number(tp), number(fn)],
    ["normal films", number(fp), number(tn)],
  ]);
}

function formatLabels(labels: readonly LabelResult[]): string[] {
  if (labels.length === 0) return [];
  const defined = labels.filter(({ auroc }) => auroc !== null);
  return alignColumns([
    ["label", "positives", "AUROC", "AP"],
    ...labels.map(({ label, positives, auroc, average_precision }) => [
      cellName(label),
      number(positives),
      fraction(auroc),
      fraction(average_precision),
    ]),
    [
      defined.length === labels.length ? "mean" : `mean of the ${defined.length} defined`,
      "",
      fraction(mean(defined.map(({ auroc }) => auroc))),
      fraction(mean(defined.map(({ average_precision }) => average_precision))),
    ],
  ]);
}

function section(lines: readonly string[]): string[] {
  return lines.length > 0 ? ["", ...lines] : [];
}

function mean(values: readonly (number | null)[]): number | null {
  return values.length === 0 ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.length;
}

function percent(value: number | null): string {
  return value === null ? "undefined" : (100 * value).toFixed(3);
}

function fraction(value: number | null): string {
  return value === null ? "undefined" : value.toFixed(4);
}

/** 112120 → `112,120`, whatever the machine's language. */
function number(value: number): string {
  return value.toLocaleString("en-US");
}

import { noFindingName } from "../data/labels.ts";
import { count, printable } from "../errors.ts";
import { type BinaryMetric, type BinaryMetrics, binaryMetrics, metricNames } from "./binary_metrics.ts";
import type { LabelResult, TestResult } from "./result.ts";
import type { WithSeen } from "./seen.ts";
import { alignColumns, cellName, wrapWords } from "../text_table.ts";

/** No line is longer than this. */
const columns = 100;

/**
 * Formats the result of a test for the log and the console: the document's two lines, then what they mean. Rates are percentages with three
 * decimals, AUROC and AP are fractions; what cannot be computed is `undefined`. If films were left out because the model had seen them, one
 * row has the figures with them.
 *
 * @example
 * ```ts
 * import { binaryTest, formatTest } from "@thorax/thorax";
 * const result = binaryTest({ labels: ["No Finding"], logits: Float32Array.of(2.2, -1.4), targets: [1, 0] });
 * console.assert(formatTest(result)[0] === "Test Accuracy: 100.000");
 * ```
 */
export function formatTest(result: TestResult & { readonly withSeen?: WithSeen | null }): string[] {
  return [
    `Test Accuracy: ${percent(result.accuracy)}`,
    `Disease Recall: ${percent(result.diseaseRecall)}`,
    "",
    `  ${describeFilms(result)}`,
    ...section(formatPredictors(result)),
    ...section(formatConfusion(result)),
    ...section(formatLabels(result.labels)),
    ...section(result.warnings.flatMap((warning) => wrapWords(`Warning: ${printable(warning)}`, columns, "  "))),
  ];
}

function describeFilms({ n, patients, counts, normalBy }: TestResult): string {
  const films = count(n, "film") + (patients === null ? "" : ` of ${count(patients, "patient")}`);
  const by = normalBy === noFindingName ? "" : ` (${normalBy})`;
  return counts ? `${films}: ${number(counts.normal)} normal${by}, ${number(counts.abnormal)} abnormal` : films;
}

/** The model beside predictors that never look at a film. */
function formatPredictors(result: Parameters<typeof formatTest>[0]): string[] {
  const { baselines, withSeen } = result;
  if (!baselines) return [];
  const row = (title: string, values: BinaryMetrics) => [title, ...metricNames.map((name) => show(name, values[name]))];
  return alignColumns([
    ["normal or abnormal", ...metricNames.map((name) => binaryMetrics[name].title)],
    row("this model", result),
    ...(withSeen && withSeen.n !== result.n ? [formatWithSeen(withSeen)] : []),
    row("always abnormal", baselines.alwaysAbnormal),
    row("always normal", baselines.alwaysNormal),
  ]);
}

function formatWithSeen(withSeen: WithSeen): string[] {
  const cells = metricNames.map((name) => binaryMetrics[name].inWithSeen ? show(name, withSeen[name]) : "");
  return [`on all ${number(withSeen.n)}, seen ones too`, ...cells];
}

function show(metric: BinaryMetric, value: number | null): string {
  return binaryMetrics[metric].unit === "percent" ? percent(value) : fraction(value);
}

function formatConfusion({ confusion, normalBy, threshold }: TestResult): string[] {
  if (!confusion) return [];
  const { tp, fp, tn, fn } = confusion;
  const rule = normalBy === noFindingName ? `normal: p(${noFindingName}) ≥` : "abnormal: greatest p of a finding >";
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
    ...labels.map(({ label, positives, auroc, averagePrecision }) => [
      cellName(label),
      number(positives),
      fraction(auroc),
      fraction(averagePrecision),
    ]),
    [
      defined.length === labels.length ? "mean" : `mean of the ${defined.length} defined`,
      "",
      fraction(mean(defined.map(({ auroc }) => auroc))),
      fraction(mean(defined.map(({ averagePrecision }) => averagePrecision))),
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

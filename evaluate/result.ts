import type { NormalBy } from "../data/normal.ts";
import type { BinaryMetrics } from "./binary_metrics.ts";
import type { Confusion } from "./confusion.ts";

/** How well the logit of a label ranks its films; null where all films have it, or none has. */
export interface LabelResult {
  /** The label's name. */
  readonly label: string;
  /** Films that have the label. */
  readonly positives: number;
  /** The area under the ROC curve. */
  readonly auroc: number | null;
  /** The area under the precision–recall curve, without interpolation. */
  readonly averagePrecision: number | null;
}

/**
 * What predictions say of films: the metrics of normal against abnormal, and each label by itself. Numbers are fractions, null where
 * undefined.
 */
export interface TestResult extends BinaryMetrics {
  /** Films. */
  readonly n: number;
  /** Distinct patients; null where the data do not name them. */
  readonly patients: number | null;
  /** Films by what they are; null where the labels cannot tell. */
  readonly counts: { readonly normal: number; readonly abnormal: number } | null;
  /** What makes a film normal; null where the labels cannot tell, as is then everything that depends on it. */
  readonly normalBy: NormalBy | null;
  /**
   * With the label No Finding, a film is called normal where that label's p ≥ threshold; without it, abnormal where the greatest
   * finding's p > threshold.
   */
  readonly threshold: number | null;
  /** Films by what they are and what the model calls them. */
  readonly confusion: Confusion | null;
  /** The same metrics of two predictors that never look at a film. */
  readonly baselines: { readonly alwaysAbnormal: BinaryMetrics; readonly alwaysNormal: BinaryMetrics } | null;
  /** Each label by itself. */
  readonly labels: readonly LabelResult[];
  /** Why the numbers above may say less than they seem to, a sentence each. */
  readonly warnings: readonly string[];
}

import type { Abnormality } from "./abnormal.ts";
import { type Confusion, countCalls, rates } from "./confusion.ts";
import { ranking } from "./ranking.ts";

/** A number that tells how well abnormal films are told from normal ones. */
export type BinaryMetric = "accuracy" | "diseaseRecall" | "specificity" | "auroc" | "averagePrecision";

/** The value of every metric: a fraction, or null where there is nothing to divide by. */
export type BinaryMetrics = Readonly<Record<BinaryMetric, number | null>>;

/** What metrics are computed from: films, the model's answers, and what follows from both. */
export interface BinaryOutcome extends Abnormality {
  readonly confusion: Confusion;
  readonly ranking: ReturnType<typeof ranking>;
}

/** How a metric is computed, and where it is shown. */
export interface MetricDefinition {
  /** The title of its column. */
  readonly title: string;
  readonly unit: "percent" | "fraction";
  /** Whether the JSON document has it for the predictors that never look at a film. */
  readonly inBaselines: boolean;
  /** Whether it is shown again with the films that the model saw in training. */
  readonly inWithSeen: boolean;
  readonly of: (outcome: BinaryOutcome) => number | null;
}

/** Every metric of normal against abnormal: results, the table and the JSON document follow this order. */
export const binaryMetrics: Readonly<Record<BinaryMetric, MetricDefinition>> = {
  accuracy: {
    title: "accuracy",
    unit: "percent",
    inBaselines: true,
    inWithSeen: true,
    of: ({ confusion }) => rates(confusion).accuracy,
  },
  diseaseRecall: {
    title: "disease recall",
    unit: "percent",
    inBaselines: true,
    inWithSeen: true,
    of: ({ confusion }) => rates(confusion).diseaseRecall,
  },
  specificity: {
    title: "specificity",
    unit: "percent",
    inBaselines: false,
    inWithSeen: true,
    of: ({ confusion }) => rates(confusion).specificity,
  },
  auroc: {
    title: "AUROC",
    unit: "fraction",
    inBaselines: false,
    inWithSeen: true,
    of: ({ ranking }) => ranking.auroc,
  },
  averagePrecision: {
    title: "AP",
    unit: "fraction",
    inBaselines: false,
    inWithSeen: false,
    of: ({ ranking }) => ranking.averagePrecision,
  },
};

/** The names of all metrics, in their order. */
export const metricNames = Object.keys(binaryMetrics) as readonly BinaryMetric[];

/** Gives each metric the value of `valueOf`, in the order of {@linkcode binaryMetrics}. */
export function eachMetric<T>(valueOf: (metric: BinaryMetric) => T): Record<BinaryMetric, T> {
  return Object.fromEntries(metricNames.map((name) => [name, valueOf(name)])) as Record<BinaryMetric, T>;
}

/** Computes every metric of films `[n]`. */
export function measure(films: Abnormality): BinaryMetrics & { readonly confusion: Confusion } {
  const { abnormal, scores, called } = films;
  const outcome = { ...films, confusion: countCalls(called, abnormal), ranking: ranking(scores, abnormal) };
  return { ...eachMetric((name) => binaryMetrics[name].of(outcome)), confusion: outcome.confusion };
}

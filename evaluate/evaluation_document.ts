import { type BinaryMetric, type BinaryMetrics, binaryMetrics, metricNames } from "./binary_metrics.ts";
import type { Evaluation } from "./evaluation.ts";

/** Returns the JSON document of an evaluation, which `evaluate --json` prints: its figures without the predictions, the names in snake case. */
export function evaluationDocument(evaluation: Evaluation): unknown {
  const { predictions: _, splits: __, examplesPerSecond: ___, ...figures } = evaluation;
  const { baselines, withSeen } = figures;
  const inBaselines = metricNames.filter((name) => binaryMetrics[name].inBaselines);
  const inWithSeen = metricNames.filter((name) => binaryMetrics[name].inWithSeen);
  return snakeCase({
    ...figures,
    baselines: baselines && {
      alwaysAbnormal: pick(baselines.alwaysAbnormal, inBaselines),
      alwaysNormal: pick(baselines.alwaysNormal, inBaselines),
    },
    withSeen: withSeen && { n: withSeen.n, ...pick(withSeen, inWithSeen) },
  });
}

function pick(metrics: BinaryMetrics, names: readonly BinaryMetric[]): Partial<BinaryMetrics> {
  return Object.fromEntries(names.map((name) => [name, metrics[name]]));
}

/** Writes the names of all objects in snake case: `diseaseRecall` → `disease_recall`. */
function snakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCase);
  if (typeof value !== "object" || value === null) return value;
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [snake(name), snakeCase(inner)]));
}

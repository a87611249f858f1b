/** The numbers of films of each kind that score at least a threshold, for every distinct score, from the highest down. */
export interface ThresholdCounts {
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
}

/**
 * Counts films above each threshold, as ROC and precision–recall curves need it; tied scores share a threshold, as in scikit-learn's
 * `_binary_clf_curve`. Scores `[n]`, targets `[n]` of 0 and 1; O(n log n).
 */
export function thresholdCounts(scores: ArrayLike<number>, targets: ArrayLike<number>): ThresholdCounts {
  // two sorted lists are merged: typed arrays sort numbers without a comparison function
  const ofKind = (kind: 0 | 1) => Float64Array.from(scores).filter((_, i) => targets[i] === kind).sort();
  const positives = ofKind(1), negatives = ofKind(0);
  const thresholds: number[] = [], truePositives: number[] = [], falsePositives: number[] = [];
  let i = positives.length, j = negatives.length;
  while (i > 0 || j > 0) {
    const threshold = Math.max(positives[i - 1] ?? -Infinity, negatives[j - 1] ?? -Infinity);
    while (i > 0 && positives[i - 1] === threshold) i--;
    while (j > 0 && negatives[j - 1] === threshold) j--;
    thresholds.push(threshold);
    truePositives.push(positives.length - i);
    falsePositives.push(negatives.length - j);
  }
  return {
    thresholds: Float64Array.from(thresholds),
    truePositives: Float64Array.from(truePositives),
    falsePositives: Float64Array.from(falsePositives),
  };
}

/**
 * Measures how well scores rank positives above negatives. Both numbers are null if all films are of one kind.
 *
 * `auroc` is the probability that a positive scores above a negative, where a tie counts half (scikit-learn's `roc_auc_score`);
 * `averagePrecision` is Σ (Rₖ − Rₖ₋₁) Pₖ over the distinct thresholds, without interpolation
 * (scikit-learn's `average_precision_score`).
 */
export function ranking(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
): { auroc: number | null; averagePrecision: number | null } {
  const { truePositives, falsePositives } = thresholdCounts(scores, targets);
  const positives = truePositives.at(-1) ?? 0, negatives = falsePositives.at(-1) ?? 0;
  if (positives === 0 || negatives === 0) return { auroc: null, averagePrecision: null };
  let wins = 0, precision = 0, above = 0, falseAbove = 0;
  for (const [k, hits] of truePositives.entries()) {
    const falseHits = falsePositives[k] ?? NaN;
    wins += (falseHits - falseAbove) * (hits + above) / 2;
    precision += (hits - above) * hits / (hits + falseHits);
    above = hits;
    falseAbove = falseHits;
  }
  return { auroc: wins / (positives * negatives), averagePrecision: precision / positives };
}

/** How many films of each kind score at least a threshold, for every distinct score, from the highest down. */
export interface ThresholdCounts {
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
}

/**
 * The counts that ROC and precision–recall curves are drawn from; tied scores are one threshold, as in scikit-learn's
 * `_binary_clf_curve`. Scores `[n]`, targets `[n]` of 0 and 1; O(n log n).
 */
export function thresholdCounts(scores: ArrayLike<number>, targets: ArrayLike<number>): ThresholdCounts {
  // Two sorted lists, merged: typed arrays sort numbers without calling back.
  const ofKind = (kind: 0 | 1) => Float64Array.from(scores).filter((_, i) => targets[i] === kind).sort();
  const positives = ofKind(1), negatives = ofKind(0);
  const thresholds: number[] = [], truePositives: number[] = [], falsePositives: number[] = [];
  let i = positives.length, j = negatives.length;
  while (i > 0 || j > 0) {
    const threshold = Math.max(i > 0 ? positives[i - 1] : -Infinity, j > 0 ? negatives[j - 1] : -Infinity);
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
 * How well scores rank positives above negatives. Both are null where there is only one kind of film: nothing is ranked.
 *
 * `auroc` is the chance that a positive scores above a negative, a tie counting half (scikit-learn's `roc_auc_score`);
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
  for (let k = 0; k < truePositives.length; k++) {
    const hits = truePositives[k], falseHits = falsePositives[k];
    wins += (falseHits - falseAbove) * (hits + above) / 2;
    precision += (hits - above) * hits / (hits + falseHits);
    above = hits;
    falseAbove = falseHits;
  }
  return { auroc: wins / (positives * negatives), averagePrecision: precision / positives };
}

/** Films by what they are and what they were called; positive is abnormal. */
export interface Confusion {
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
}

/**
 * Counts films `[n]` by truth and call: normal is a No Finding target of 1, and is called where p(No Finding) ≥ threshold.
 */
export function countCalls(noFinding: ArrayLike<number>, targets: ArrayLike<number>, threshold: number): Confusion {
  let tp = 0, fp = 0, tn = 0, fn = 0;
  for (let i = 0; i < targets.length; i++) {
    const normal = targets[i] === 1, calledNormal = noFinding[i] >= threshold;
    if (normal) calledNormal ? tn++ : fp++;
    else calledNormal ? fn++ : tp++;
  }
  return { tp, fp, tn, fn };
}

/** Fractions of a confusion, null where there is nothing to divide by. */
export function rates({ tp, fp, tn, fn }: Confusion): {
  accuracy: number | null;
  /** Of the abnormal films, those called abnormal: sensitivity. */
  disease_recall: number | null;
  /** Of the normal films, those called normal. */
  specificity: number | null;
} {
  return {
    accuracy: divide(tp + tn, tp + fp + tn + fn),
    disease_recall: divide(tp, tp + fn),
    specificity: divide(tn, tn + fp),
  };
}

function divide(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

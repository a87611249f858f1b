/** Counts of films by what they are and what the model calls them; positive is abnormal. */
export interface Confusion {
  /** True positives: abnormal films that are called abnormal. */
  readonly tp: number;
  /** False positives: normal films that are called abnormal. */
  readonly fp: number;
  /** True negatives: normal films that are called normal. */
  readonly tn: number;
  /** False negatives: abnormal films that are called normal. */
  readonly fn: number;
}

/** Counts films `[n]` by what they are called and what they are; both are 1 where abnormal. */
export function countCalls(called: ArrayLike<number>, abnormal: ArrayLike<number>): Confusion {
  let tp = 0, fp = 0, tn = 0, fn = 0;
  for (let i = 0; i < abnormal.length; i++) {
    if (abnormal[i] === 1) called[i] === 1 ? tp++ : fn++;
    else called[i] === 1 ? fp++ : tn++;
  }
  return { tp, fp, tn, fn };
}

/** Computes the fractions of a confusion matrix, null where there is nothing to divide by. */
export function rates({ tp, fp, tn, fn }: Confusion): {
  accuracy: number | null;
  /** The share of the abnormal films that are called abnormal: sensitivity. */
  diseaseRecall: number | null;
  /** The share of the normal films that are called normal. */
  specificity: number | null;
} {
  return {
    accuracy: divide(tp + tn, tp + fp + tn + fn),
    diseaseRecall: divide(tp, tp + fn),
    specificity: divide(tn, tn + fp),
  };
}

function divide(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

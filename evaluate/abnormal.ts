import { noFindingName } from "../data/labels.ts";
import type { NormalBy } from "../data/normal.ts";
import type { Predictions } from "./predictions.ts";
import { sigmoid } from "./sigmoid.ts";

/** The default threshold between normal and abnormal, a probability. */
export const defaultThreshold = 0.5;

/** Films `[n]`, normal or abnormal: the truth, and what the model says. */
export interface Abnormality {
  /** The truth: 1 where the film is abnormal. */
  readonly abnormal: Uint8Array;
  /** The model's score: the greater, the more abnormal. It is a logit, because probabilities near 1 are the same float. */
  readonly scores: Float64Array;
  /** 1 where the model calls the film abnormal. */
  readonly called: Uint8Array;
}

/**
 * Finds which films are abnormal, and which the model calls so. Where the label No Finding makes a film normal, the score is the negative
 * logit of that label, and a film is called normal if its p ≥ threshold. Where a film is normal if no finding is marked, the score is the
 * greatest logit, and a film is called abnormal if the p of that finding > threshold. The targets are 0 or 1.
 */
export function findAbnormal(
  { labels, logits, targets }: Predictions,
  { normalBy, threshold }: { readonly normalBy: NormalBy; readonly threshold: number },
): Abnormality {
  const classes = labels.length, n = logits.length / classes, noFinding = labels.indexOf(noFindingName);
  const films = { abnormal: new Uint8Array(n), scores: new Float64Array(n), called: new Uint8Array(n) };
  for (let film = 0; film < n; film++) {
    const start = film * classes;
    if (normalBy === noFindingName) {
      const logit = logits[start + noFinding] ?? NaN;
      films.abnormal[film] = targets[start + noFinding] === 1 ? 0 : 1;
      films.scores[film] = -logit;
      films.called[film] = sigmoid(logit) >= threshold ? 0 : 1;
    } else {
      let greatest = -Infinity;
      for (let k = start; k < start + classes; k++) {
        greatest = Math.max(greatest, logits[k] ?? NaN);
        if (targets[k] === 1) films.abnormal[film] = 1;
      }
      films.scores[film] = greatest;
      films.called[film] = sigmoid(greatest) > threshold ? 1 : 0;
    }
  }
  return films;
}

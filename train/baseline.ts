import { crossEntropy } from "./loss.ts";
import type { Progress } from "./state.ts";
import { type Training, validationFilms } from "./training.ts";

/**
 * The validation loss of a constant prediction, each label's share of the training films (`train` and `val` hold the positive
 * labels of each film). As in validation it is the mean of the batches' means. A share is kept half a film away from 0 and 1, so that one film more does not cost infinitely much.
 */
export function shareLoss(
  train: readonly (readonly number[])[],
  val: readonly (readonly number[])[],
  { classes, batchSize }: { readonly classes: number; readonly batchSize: number },
): number {
  const counts = new Array<number>(classes).fill(0);
  for (const label of train.flat()) counts[label]++;
  const least = 1 / (2 * train.length);
  const shares = counts.map((count) => Math.min(Math.max(count / train.length, least), 1 - least));
  const targets = new Uint8Array(val.length * classes);
  for (const [film, labels] of val.entries()) for (const label of labels) targets[film * classes + label] = 1;
  const logits = shares.map((share) => Math.log(share / (1 - share)));
  return crossEntropy(Float64Array.from(targets, (_, i) => logits[i % classes]), targets, batchSize * classes);
}

/** A line that says so where a run's best validation loss is above {@linkcode shareLoss}; else undefined. */
export function lossNote(training: Training, best: Progress["best"]): string | undefined {
  const { dataset, split, options: { batchSize, splitType } } = training;
  const labelsOf = (films: readonly number[]) => films.map((film) => dataset.films[film].labels);
  const classes = dataset.labels.length;
  const constant = shareLoss(labelsOf(split.train), labelsOf(validationFilms(training)), { classes, batchSize });
  if (best === null || best.loss <= constant) return undefined;
  const drawn = splitType === "original"
    ? ""
    : `. --split-type ${splitType} draws films in other shares, which raises it too`;
  return `The best validation loss, ${figure(best.loss)}, is above ${figure(constant)}, which always answering each ` +
    `label's share of the training films gives: by this measure the model is worse than a constant${drawn}`;
}

/** `0.2170`, `6.9e+15`. */
function figure(loss: number): string {
  return loss < 1e4 ? loss.toFixed(4) : loss.toExponential(1);
}

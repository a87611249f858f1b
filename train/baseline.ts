import { type Loss, lossFunctions } from "./losses/losses.ts";
import { meanLoss } from "./losses/mean_loss.ts";
import type { Progress } from "./state.ts";
import { epochOrder, type Training, validationFilms } from "./training.ts";

/** The part of a training that a loss of constant predictions depends on. */
type LossScope = Pick<
  Training,
  "dataset" | "split" | "batches" | "recipe" | "batchSize" | "seed" | "limitValBatches"
>;

/**
 * Computes the validation loss of a constant prediction, each label's share of the training films; `train` and `val` hold the
 * positive labels of each film. As in validation it is the mean of the batches' means. A share is kept half a film away from 0
 * and 1, so that one film more does not cost infinitely much.
 */
export function shareLoss(
  train: Labels,
  val: Labels,
  { loss, classes, batchSize }: { readonly loss: Loss; readonly classes: number; readonly batchSize: number },
): number {
  const counts = new Array<number>(classes).fill(0);
  for (const label of train.flat()) counts[label]++;
  const least = 1 / (2 * train.length);
  const shares = counts.map((count) => Math.min(Math.max(count / train.length, least), 1 - least));
  const targets = new Uint8Array(val.length * classes);
  for (const [film, labels] of val.entries()) for (const label of labels) targets[film * classes + label] = 1;
  const logits = shares.map((share) => Math.log(share / (1 - share)));
  return meanLoss(loss, Float64Array.from(targets, (_, i) => logits[i % classes]), targets, { batchSize, classes });
}

/**
 * Says what losses a constant prediction has, which never looks at a film: the validation loss of the training films' shares;
 * where the sampler draws films in other shares, also the losses of those. Says nothing where the best constant is not known.
 */
export function describeShares(training: LossScope): string[] {
  const { split, recipe: { loss, sampler } } = training;
  if (!isComparable(loss)) return [];
  const drawn = labelsOf(training, epochOrder(training, 1));
  const train = lossOf(training, drawn, drawn), val = (shares: Labels) => figure(validationLossOf(training, shares));
  if (sampler.type === "original") {
    return [`Predicting the training shares alone: loss ${figure(train)}, val loss ${val(drawn)}`];
  }
  return [
    `Predicting the training shares alone: val loss ${val(labelsOf(training, split.train))}`,
    `Predicting the shares that ${sampler.type} draws alone: loss ${figure(train)}, val loss ${val(drawn)}`,
  ];
}

/** A line that says so where a run's best validation loss is above {@linkcode shareLoss}; else undefined. */
export function lossNote(training: LossScope, best: Progress["best"]): string | undefined {
  const { split, recipe: { loss, sampler: { type } } } = training;
  if (!isComparable(loss)) return undefined;
  const constant = validationLossOf(training, labelsOf(training, split.train));
  if (best === null || best.loss <= constant) return undefined;
  const drawn = type === "original" ? "" : `. --split-type ${type} draws films in other shares, which raises it too`;
  return `The best validation loss, ${figure(best.loss)}, is above ${figure(constant)}, which always answering each ` +
    `label's share of the training films gives: by this measure the model is worse than a constant${drawn}`;
}

/** Whether answering the shares is the best constant under a loss, and its value can be computed in float64. */
const isComparable = (loss: Loss) => lossFunctions(loss).ofLogit !== undefined;

/** The positive labels of each film. */
type Labels = readonly (readonly number[])[];

const labelsOf = ({ dataset }: LossScope, films: readonly number[]): Labels =>
  films.map((film) => dataset.films[film].labels);

const lossOf = ({ dataset, recipe: { loss }, batchSize }: LossScope, shares: Labels, films: Labels) =>
  shareLoss(shares, films, { loss, classes: dataset.labels.length, batchSize });

const validationLossOf = (training: LossScope, shares: Labels) =>
  lossOf(training, shares, labelsOf(training, validationFilms(training)));

/** Writes a loss as `0.2170` or `6.9e+15`. */
function figure(loss: number): string {
  return loss < 1e4 ? loss.toFixed(4) : loss.toExponential(1);
}

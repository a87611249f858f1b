import type { Batches } from "../data/stream/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import type { Precision } from "../ops/precision.ts";
import { binaryTest } from "./metrics.ts";
import { pick } from "./pick.ts";
import { type FilmPredictions, predictBatches } from "./predict.ts";
import { predictionsCsv } from "./predictions_csv.ts";
import type { TestResult } from "./result.ts";

/** Options of {@linkcode testModel}. */
export interface TestInput {
  /** The model whose weights are tested. */
  readonly model: Model;
  /** The weights, by the paths of the model's parameters. */
  readonly weights: Weights;
  /** The films and their labels, as many as the model has outputs. */
  readonly dataset: Dataset;
  /** The dataset's films in batches, of the model's size and normalization. */
  readonly batches: Batches;
  /** Indices of the films. */
  readonly films: readonly number[];
  /** Films that are predicted at a time. */
  readonly batchSize: number;
  /** What the model computes in. Default: float32. */
  readonly precision?: Precision;
  /** Receives the number of films predicted so far. */
  readonly onPredicted?: (films: number) => void;
}

/**
 * Tests weights on films of a dataset: normal against abnormal, and each label by itself.
 *
 * @throws {UserError} exit status 1, where a logit is not finite
 */
export async function testModel(input: TestInput): Promise<{ predictions: FilmPredictions; result: TestResult }> {
  const predictions = await predictDataset(input);
  return { predictions, result: scorePredictions(input.dataset, predictions) };
}

/**
 * Predicts films of a dataset; those that cannot be decoded are left out.
 *
 * @throws {UserError} exit status 1, where a logit is not finite
 */
export async function predictDataset(
  { model, weights, dataset, batches, films, batchSize, precision, onPredicted }: TestInput,
): Promise<FilmPredictions> {
  const stream = batches.stream(films, { batchSize, pad: true });
  const nameOf = (film: number, label: number) => `${dataset.films[film]?.image}, ${dataset.labels[label]}`;
  return await predictBatches(model, weights, stream, { precision, onPredicted, nameOf });
}

/** Scores the predictions for films of a dataset; `caveats` are sentences for the warnings of the result. */
export function scorePredictions(
  { films, labels, namesPatients, synthetic }: Dataset,
  { films: predicted, ...predictions }: FilmPredictions,
  caveats: readonly string[] = [],
): TestResult {
  const patients = namesPatients ? pick(films, predicted).map(({ patient }) => patient) : undefined;
  return binaryTest({ ...predictions, labels, synthetic, caveats, ...(patients && { patients }) });
}

/** Writes the predictions for films of a dataset as CSV, see {@linkcode predictionsCsv}; `splits` are those of the films. */
export function datasetCsv(dataset: Dataset, predictions: FilmPredictions, splits: readonly string[]): string {
  const { films: indices, ...values } = predictions, films = pick(dataset.films, indices);
  return predictionsCsv({
    ...values,
    labels: dataset.labels,
    images: films.map(({ image }) => image),
    ...(dataset.namesPatients && { patients: films.map(({ patient }) => patient) }),
    split: splits,
  });
}

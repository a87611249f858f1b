import type { Batches } from "../data/stream/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import type { Precision } from "../ops/precision.ts";
import { binaryTest, type TestResult } from "./metrics.ts";
import { type FilmPredictions, predictBatches } from "./predict.ts";
import { predictionsCsv } from "./predictions_csv.ts";

/** What is tested on what. */
export interface TestInput {
  readonly model: Model;
  readonly weights: Weights;
  readonly dataset: Dataset;
  readonly batches: Batches;
  /** Indices of the films. */
  readonly films: readonly number[];
  readonly batchSize: number;
  readonly precision?: Precision;
  readonly seen?: (batches: number) => void;
}

/** The document's test: predictions for films, and what they say. */
export async function testModel(input: TestInput): Promise<{ predictions: FilmPredictions; result: TestResult }> {
  const predictions = await predictFilms(input);
  return { predictions, result: scoreFilms(input.dataset, predictions) };
}

/** Predictions for films of a dataset; those that cannot be decoded are left out. */
export async function predictFilms(
  { model, weights, dataset, batches, films, batchSize, precision, seen }: TestInput,
): Promise<FilmPredictions> {
  const stream = batches.stream(films, { batchSize, pad: true });
  const nameOf = (film: number, label: number) => `${dataset.films[film].image}, ${dataset.labels[label]}`;
  return await predictBatches(model, weights, stream, { precision, seen, nameOf });
}

/** What predictions say about the films of a dataset; `caveats` are sentences for its warnings. */
export function scoreFilms(
  { films, labels, namesPatients, synthetic }: Dataset,
  { films: predicted, ...predictions }: FilmPredictions,
  caveats: readonly string[] = [],
): TestResult {
  const patients = namesPatients ? predicted.map((film) => films[film].patient) : undefined;
  return binaryTest({ ...predictions, labels, synthetic, caveats, ...(patients && { patients }) });
}

/** The predictions of a test as `predictions.csv`. `splitOf` names each film's split. */
export function testCsv(dataset: Dataset, predictions: FilmPredictions, splitOf: (film: number) => string): string {
  const { films, ...values } = predictions;
  return predictionsCsv({
    ...values,
    labels: dataset.labels,
    images: films.map((film) => dataset.films[film].image),
    ...(dataset.namesPatients && { patients: films.map((film) => dataset.films[film].patient) }),
    split: films.map(splitOf),
  });
}

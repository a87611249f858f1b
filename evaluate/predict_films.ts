import type { FilmBatch } from "../data/stream/film_batches.ts";
import { UserError } from "../errors.ts";
import { checkLogits } from "./check_logits.ts";
import type { Prediction } from "./predict.ts";

/** A film's answer. */
export interface PredictedFilm {
  /** What the user calls the film. */
  readonly name: string;
  /** One for each label. */
  readonly logits: Float32Array;
}

/** Options of {@linkcode predictFilms}. */
export interface PredictFilmsOptions {
  readonly labels: readonly string[];
  /** Makes the model ready, when the first films are. */
  readonly open: () => Promise<Prediction>;
  /** Is told of each film whose logits are not finite, which is then passed over; without it they end the predictions. */
  readonly onFailed?: (name: string, reason: string) => void;
}

/**
 * Predicts films batch by batch, and gives the answers in their order as they come. Where no batch comes, no model is opened.
 *
 * @throws {UserError} exit status 1, where a logit is not finite and `onFailed` is not given
 */
export async function* predictFilms(
  batches: AsyncIterable<FilmBatch> | Iterable<FilmBatch>,
  { labels, open, onFailed }: PredictFilmsOptions,
): AsyncGenerator<PredictedFilm, void, void> {
  let prediction: Prediction | undefined;
  try {
    for await (const { names, images } of batches) {
      prediction ??= await open();
      const logits = await prediction.logits(images);
      const logitsOf = (row: number) => logits.subarray(row * labels.length, (row + 1) * labels.length);
      const films = names.map((name, row) => ({ name, logits: logitsOf(row) }));
      yield* films.filter((film) => isResult(film, labels, onFailed));
    }
  } finally {
    prediction?.[Symbol.dispose]();
  }
}

function isResult(
  { name, logits }: PredictedFilm,
  labels: readonly string[],
  onFailed: PredictFilmsOptions["onFailed"],
): boolean {
  try {
    checkLogits(logits, labels.length, (_, label) => `${name}, ${labels[label]}`);
    return true;
  } catch (error) {
    if (!onFailed || !(error instanceof UserError)) throw error;
    onFailed(name, error.message);
    return false;
  }
}

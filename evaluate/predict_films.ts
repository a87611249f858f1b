import type { FilmBatch } from "../data/stream/film_batches.ts";
import { UserError } from "../errors.ts";
import { checkLogits } from "./check_logits.ts";
import type { Prediction } from "./predict.ts";

/** The prediction of a film. */
export interface PredictedFilm {
  /** The film's name, as the caller gave it. */
  readonly name: string;
  /** A logit for each label. */
  readonly logits: Float32Array;
}

/** Options of {@linkcode predictFilms}. */
export interface PredictFilmsOptions {
  /** The names of the model's outputs. */
  readonly labels: readonly string[];
  /** Makes the model ready; it is called when the first batch has come. */
  readonly open: () => Promise<Prediction>;
  /** Receives each film whose logits are not finite, which is then skipped. Without it, the first one ends the predictions. */
  readonly onFailed?: (name: string, reason: string) => void;
}

/**
 * Predicts films batch by batch and yields them in their order. If no batch comes, the model is not opened.
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

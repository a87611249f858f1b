import type { PredictedFilm } from "../predict_films.ts";

/** A film that could not be predicted. */
export interface FailedFilm {
  /** What the user calls the film. */
  readonly input: string;
  readonly reason: string;
}

/** Options of a writer of predictions. */
export interface WriterOptions {
  /** The model's name. */
  readonly model: string;
  readonly labels: readonly string[];
  /** The number of films that will come, at most. */
  readonly count: number;
  /** Writes text, piece by piece. */
  readonly write: (text: string) => Promise<void>;
}

/** Writes predictions in one form. */
export interface PredictionWriter {
  /** Writes the prediction of one film. */
  film(film: PredictedFilm): Promise<void>;
  /** Ends the output, with the films that failed; it is not called if the predictions end early. */
  end(failed: readonly FailedFilm[]): Promise<void>;
}

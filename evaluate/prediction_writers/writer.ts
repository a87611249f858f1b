import type { PredictedFilm } from "../predict_films.ts";

/** A film without an answer. */
export interface FailedFilm {
  /** What the user calls the film. */
  readonly input: string;
  readonly reason: string;
}

/** Whose answers are written, and where. */
export interface WriterOptions {
  /** The model's name. */
  readonly model: string;
  readonly labels: readonly string[];
  /** The most films that will come. */
  readonly count: number;
  /** Takes the text, piece by piece. */
  readonly write: (text: string) => Promise<void>;
}

/** A form in which predictions are written. */
export interface PredictionWriter {
  /** Takes one film's answer. */
  film(film: PredictedFilm): Promise<void>;
  /** Is told at the end which films failed; not called where the work ended early. */
  end(failed: readonly FailedFilm[]): Promise<void>;
}

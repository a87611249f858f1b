import type { FailedFilm, PredictionWriter, WriterOptions } from "./writer.ts";

/** For tests: what a writer writes of two films, piece by piece, `|` before the end. */
export async function written(
  make: (options: WriterOptions) => PredictionWriter,
  { failed = [], films = twoFilms, ...options }: Partial<WriterOptions> & {
    readonly failed?: readonly FailedFilm[];
    readonly films?: typeof twoFilms;
  } = {},
): Promise<string> {
  let text = "";
  const write = (piece: string) => {
    text += piece;
    return Promise.resolve();
  };
  const writer = make({ model: "m", labels: ["Mass, left", "No Finding"], count: 5, write, ...options });
  for (const film of films) await writer.film(film);
  text += "|";
  await writer.end(failed);
  return text;
}

/** Their probabilities are 0.5 and 0.75, 0.1 and 0.9, nearly. */
const twoFilms = [
  { name: "a.png", logits: Float32Array.of(0, Math.log(3)) },
  { name: 'b "c".png', logits: Float32Array.of(-Math.log(9), Math.log(9)) },
];

import { UserError } from "../../errors.ts";
import type { Plane } from "../images/plane.ts";

/** A film and what was decoded of it. */
export interface DecodedFilm {
  readonly film: number;
  readonly pixels: Plane["pixels"];
}

/** Films that are decoded ahead of need and come in their own order, whichever is ready first. */
export interface DecodingQueue {
  /** Starts decoding as many more films. */
  start(count: number): void;
  /** Whether decoding has been started for all films. */
  allStarted(): boolean;
  /** The next film that can be decoded; undefined where no started film is left. Await one call before the next. */
  next(): Promise<DecodedFilm | undefined>;
}

/**
 * A queue of `films`. One that cannot be decoded (a {@linkcode UserError}) is told to `passOver` when its turn comes, and
 * decoding is started for one more film in its place; what `passOver` throws, and every other error, rejects `next`.
 */
export function decodingQueue(
  films: readonly number[],
  decode: (film: number) => Promise<Plane["pixels"]>,
  passOver: (film: number, error: UserError) => void,
): DecodingQueue {
  const decoding: { readonly film: number; readonly decoded: Promise<Plane["pixels"]> }[] = [];
  let started = 0;
  const start = (count: number) => {
    for (const film of films.slice(started, started + count)) {
      const decoded = decode(film);
      decoded.catch(() => {}); // reported when its turn comes, if it comes
      decoding.push({ film, decoded });
    }
    started = Math.min(started + count, films.length);
  };
  return {
    start,
    allStarted: () => started === films.length,
    async next() {
      for (let first = decoding.shift(); first; first = decoding.shift()) {
        const { film, decoded } = first;
        try {
          return { film, pixels: await decoded };
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          passOver(film, error);
          start(1);
        }
      }
    },
  };
}

import { UserError } from "../../errors.ts";
import type { Plane } from "../images/plane.ts";

/** A film and its decoded pixels. */
export interface FilmPixels {
  /** Index of the film. */
  readonly film: number;
  readonly pixels: Plane["pixels"];
}

/** Films that are decoded ahead of need and come in their own order, whichever is ready first. */
export interface DecodingQueue {
  /** Starts decoding `count` more films. */
  start(count: number): void;
  /** Whether decoding has started for all films. */
  allStarted(): boolean;
  /** Returns the next film that can be decoded; `undefined` where no started film is left. Await one call before the next. */
  next(): Promise<FilmPixels | undefined>;
}

/**
 * Makes a queue of films. When the turn of a film comes that cannot be decoded (a {@linkcode UserError}), the queue calls `onFailed`
 * and starts decoding one more film in its place. What `onFailed` throws, and every other error, rejects `next`.
 */
export function decodingQueue(
  films: readonly number[],
  decode: (film: number) => Promise<Plane["pixels"]>,
  onFailed: (film: number, error: UserError) => void,
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
          onFailed(film, error);
          start(1);
        }
      }
    },
  };
}

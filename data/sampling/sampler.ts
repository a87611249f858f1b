import { UserError } from "../../errors.ts";

/** What the order of a sampler depends on, besides the labels. */
export interface SamplerOptions {
  /** The run's seed. */
  readonly seed: number;
  /** The number of the epoch. Each epoch has an order of its own. */
  readonly epoch: number;
  /** The class of normal films; −1 where there is none. */
  readonly noFinding: number;
  /** Number of classes: the labels, and a class for normal films where these have no label. */
  readonly classes: number;
  /** `false` keeps file order, which only `original` can do. */
  readonly shuffle?: boolean;
}

/** The indices of each film's classes, ascending; empty for a film of no class. */
export type FilmClasses = readonly (readonly number[])[];

/** One way to choose and order an epoch's training films. */
export interface Sampler {
  /** What it does, as `--help` says it. */
  readonly help: string;
  /**
   * Draws one epoch's order: positions in `labels`. Only `original` shows films of no class. A pure function: the same arguments
   * give the same order on every machine.
   *
   * @throws {UserError} where it cannot draw from these films, or cannot keep file order
   */
  readonly draw: (labels: FilmClasses, options: SamplerOptions) => number[];
}

/** Refuses file order for the sampler of this name. Throws a {@linkcode UserError}. */
export function assertShuffled(name: string, { shuffle = true }: SamplerOptions): void {
  if (shuffle) return;
  throw new UserError(`${name} draws its order at random and cannot keep file order`, {
    remedy: "Give --no-shuffle with --split-type original only",
  });
}

/** Lists the films of each class, in file order. */
export function filmsOfClasses(labels: FilmClasses, classes: number): number[][] {
  const films: number[][] = Array.from({ length: classes }, () => []);
  for (const [film, filmLabels] of labels.entries()) for (const label of filmLabels) films[label].push(film);
  return films;
}

import { UserError } from "../../errors.ts";
import { randomStream, shuffled } from "../../random.ts";

/** What a sampler's order depends on, besides the labels. */
export interface SamplerOptions {
  /** The run's seed. */
  readonly seed: number;
  /** Counted from 1, or from 0: only equality matters. */
  readonly epoch: number;
  /** The class of normal films; −1 where there is none. */
  readonly noFinding: number;
  /** Number of classes: the labels, and where normal films have no label, a class of theirs. */
  readonly classes: number;
  /** `false`: file order, which only `original` can keep. */
  readonly shuffle?: boolean;
}

/**
 * One epoch's order: positions in `labels`, whose entry i holds the indices of film i's positive labels. A film of no class
 * comes with `original` alone. A pure function: the same arguments give the same order on every machine.
 */
export type Sampler = (labels: readonly (readonly number[])[], options: SamplerOptions) => number[];

/**
 * The samplers of training films by name, the default first.
 *
 * @example
 * ```ts
 * import { samplers } from "./samplers.ts";
 * const order = samplers["rare-first"]([[1], [0], [1], [1], [0]], { seed: 42, epoch: 1, noFinding: 1, classes: 2 });
 * console.assert(order.length === 3 && [1, 4].includes(order[0]) && [1, 4].includes(order[2]));
 * ```
 */
export const samplers = {
  balanced: refusingFileOrder("balanced", balanced),
  "rare-first": refusingFileOrder("rare-first", rareFirst),
  original,
  binary: refusingFileOrder("binary", binary),
} as const satisfies Record<string, Sampler>;

/** A sampler's name, which is the value of `--split-type`. */
export type SamplerName = keyof typeof samplers;

function refusingFileOrder(name: string, sampler: Sampler): Sampler {
  return (labels, options) => {
    if (options.shuffle ?? true) return sampler(labels, options);
    throw new UserError(`the order of ${name} is drawn, so it cannot be file order`, {
      remedy: "Give --no-shuffle with --split-type original only",
    });
  };
}

/** All films, shuffled by (seed, epoch), or in file order. */
function original(labels: readonly (readonly number[])[], { seed, epoch, shuffle = true }: SamplerOptions): number[] {
  const all = [...labels.keys()];
  return shuffle ? shuffled(all, randomStream(seed, "original", epoch)) : all;
}

/**
 * Round-robin: the classes that have films, in label order, take turns, each drawing from its own seeded shuffle. A film of
 * several labels belongs to each of its classes; a queue that runs dry is shuffled again. As long as the training set.
 */
function balanced(labels: readonly (readonly number[])[], { seed, epoch, classes }: SamplerOptions): number[] {
  const queues = filmsOfLabels(labels, classes).flatMap((films, label) =>
    films.length === 0 ? [] : [endlessQueue(films, randomStream(seed, "balanced", epoch, label))]
  );
  if (queues.length === 0) return [];
  return Array.from(labels, (_, turn) => queues[turn % queues.length]());
}

function endlessQueue(films: readonly number[], stream: ReturnType<typeof randomStream>): () => number {
  let queue: number[] = [];
  return () => {
    if (queue.length === 0) queue = shuffled(films, stream).reverse();
    return queue.pop() ?? films[0];
  };
}

/**
 * A film is filed under its rarest label. The labels take turns, rarest first, each drawing without replacement from its
 * own seeded shuffle; an empty label is passed over; the epoch ends when every finding is empty. So each abnormal film comes
 * once, rare ones early, and normal films only as often as No Finding had turns.
 */
function rareFirst(
  labels: readonly (readonly number[])[],
  { seed, epoch, classes, noFinding }: SamplerOptions,
): number[] {
  const counts = filmsOfLabels(labels, classes).map((films) => films.length);
  const rarest = [...counts.keys()].sort((a, b) => counts[a] - counts[b] || a - b);
  const rank = new Map(rarest.map((label, place) => [label, place]));
  const rankOf = (label: number) => rank.get(label) ?? classes;
  const filed: number[][] = rarest.map(() => []);
  let findingsLeft = 0;
  for (const [film, its] of labels.entries()) {
    if (its.length === 0) continue;
    const label = its.reduce((a, b) => rankOf(b) < rankOf(a) ? b : a);
    filed[rankOf(label)].push(film);
    if (label !== noFinding) findingsLeft++;
  }
  const queues = filed.map((films, place) =>
    shuffled(films, randomStream(seed, "rare-first", epoch, rarest[place])).reverse()
  );
  const order: number[] = [];
  while (findingsLeft > 0) {
    for (const [place, queue] of queues.entries()) {
      const film = queue.pop();
      if (film === undefined) continue;
      order.push(film);
      if (rarest[place] !== noFinding && --findingsLeft === 0) break;
    }
  }
  return order;
}

/** Normal and abnormal 1:1: every film of the fewer, as many of the others, drawn anew each epoch; shuffled. */
function binary(labels: readonly (readonly number[])[], { seed, epoch, noFinding }: SamplerOptions): number[] {
  if (noFinding < 0) {
    throw new UserError(
      "binary sampling needs to know which films are normal: there is no label No Finding, and the labels are not NIH's 14",
      { remedy: "Choose another --split-type" },
    );
  }
  const normal: number[] = [], abnormal: number[] = [];
  for (const [film, its] of labels.entries()) (its.includes(noFinding) ? normal : abnormal).push(film);
  const each = Math.min(normal.length, abnormal.length);
  if (each === 0) {
    throw new UserError(
      `binary sampling needs normal and abnormal films, and there are ${normal.length} and ${abnormal.length}`,
      { remedy: "Choose another --split-type" },
    );
  }
  const stream = randomStream(seed, "binary", epoch);
  const drawn = [normal, abnormal].flatMap((films) => shuffled(films, stream).slice(0, each));
  return shuffled(drawn, stream);
}

/** Per label, the films that have it, in file order. */
function filmsOfLabels(labels: readonly (readonly number[])[], classes: number): number[][] {
  const films: number[][] = Array.from({ length: classes }, () => []);
  for (const [film, its] of labels.entries()) for (const label of its) films[label].push(film);
  return films;
}

import { nearestSizes, partCost } from "./nearest_sizes.ts";

/** A patient's films, which stay together in one part of a split. */
export interface PatientFilms {
  /** Film indices. */
  readonly films: readonly number[];
  /** The patient's number of films of each label, `[classes]`. */
  readonly counts: readonly number[];
}

/** A part may be off its share by this fraction of all films before patients move. */
const tolerance = 0.005;

/** Among more patients, swaps are not tried: moving single patients closes any gap above the tolerance. */
const maxToSwap = 1000;

/** One patient who moves from part `a` to part `b`, and perhaps one who moves back. */
interface Change {
  readonly a: number;
  readonly b: number;
  readonly there: number;
  readonly back?: number;
}

/**
 * Brings the sizes of a split's parts as near to their shares as whole patients allow, where a part is empty or off by more than half
 * a percent of all films. It moves one patient or swaps two at a time: of the changes that bring the sizes nearer, the one that
 * leaves the labels most evenly divided, until there is none. If that ends short of what whole patients allow, {@linkcode nearestSizes}
 * goes on. The result depends on the order of the patients alone.
 *
 * @param places Each patient's part; changed in place.
 */
export function rebalance(patients: readonly PatientFilms[], places: number[], ratios: readonly number[]): void {
  const tally = new Tally(patients, places, ratios);
  if (tally.isNear()) return;
  for (let change = tally.best(); change; change = tally.best()) tally.make(change);
  const nearest = nearestSizes({ sizes: patients.map(({ films }) => films.length), places, wanted: tally.wanted });
  for (const [patient, place] of nearest?.entries() ?? []) places[patient] = place;
}

/** The sizes and label counts of a split's parts, and what a change would do to them. */
class Tally {
  readonly #patients: readonly PatientFilms[];
  readonly #places: number[];
  readonly #ratios: readonly number[];
  readonly #sizes: number[];
  readonly wanted: readonly number[];
  /** Films of each label in each part: `[parts][classes]`. */
  readonly #counts: number[][];
  readonly #totals: readonly number[];
  readonly #total: number;

  constructor(patients: readonly PatientFilms[], places: number[], ratios: readonly number[]) {
    this.#patients = patients;
    this.#places = places;
    this.#ratios = ratios;
    const classes = patients[0]?.counts.length ?? 0;
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    const of = (label: number, part?: number) =>
      sum(patients.map(({ counts }, i) => part === undefined || places[i] === part ? counts[label] : 0));
    const labels = Array.from({ length: classes }, (_, label) => label), parts = [...ratios.keys()];
    this.#totals = labels.map((label) => of(label));
    this.#total = sum(patients.map(({ films }) => films.length));
    this.wanted = ratios.map((ratio) => ratio * this.#total);
    this.#sizes = parts.map((part) => sum(patients.map(({ films }, i) => places[i] === part ? films.length : 0)));
    this.#counts = parts.map((part) => labels.map((label) => of(label, part)));
  }

  isNear(): boolean {
    return this.#sizes.every((size, part) => size > 0 && Math.abs(size - this.wanted[part]) <= tolerance * this.#total);
  }

  /** Finds the best change for the labels that brings the sizes nearer; among equals the best for the sizes, then the first. */
  best(): Change | undefined {
    let best: Change | undefined, leastLabels = Infinity, leastSizes = Infinity;
    for (const change of this.#changes()) {
      const sizes = this.#sizeCost(change);
      if (sizes > -1e-9) continue;
      const labels = this.#labelCost(change);
      if (labels > leastLabels || (labels === leastLabels && sizes >= leastSizes)) continue;
      [best, leastLabels, leastSizes] = [change, labels, sizes];
    }
    return best;
  }

  make({ a, b, there, back }: Change): void {
    this.#transfer(there, a, b);
    if (back !== undefined) this.#transfer(back, b, a);
  }

  *#changes(): Generator<Change> {
    const places = this.#places;
    for (const [there, a] of places.entries()) {
      for (const b of this.#ratios.keys()) if (b !== a) yield { a, b, there };
    }
    if (this.#patients.length > maxToSwap) return;
    for (const [there, a] of places.entries()) {
      for (let back = 0; back < there; back++) {
        if (places[back] !== a) yield { a, b: places[back], there, back };
      }
    }
  }

  /** Computes how much further from their shares a change brings the sizes, in squares. An empty part is the furthest. */
  #sizeCost({ a, b, there, back }: Change): number {
    const films = this.#films(there) - this.#films(back);
    if (films === 0) return 0;
    const cost = (part: number, size: number) => partCost(size, this.wanted[part], this.#total);
    return cost(a, this.#sizes[a] - films) - cost(a, this.#sizes[a]) +
      cost(b, this.#sizes[b] + films) - cost(b, this.#sizes[b]);
  }

  #films(patient?: number): number {
    return patient === undefined ? 0 : this.#patients[patient].films.length;
  }

  /** Computes how much further from their shares a change brings each label's films, in squares over their number. */
  #labelCost({ a, b, there, back }: Change): number {
    let cost = 0;
    for (const [label, count] of this.#patients[there].counts.entries()) {
      const films = count - (back === undefined ? 0 : this.#patients[back].counts[label]);
      if (films === 0) continue;
      for (const [part, more] of [[a, -films], [b, films]]) {
        const off = this.#counts[part][label] - this.#ratios[part] * this.#totals[label];
        cost += ((off + more) ** 2 - off ** 2) / this.#totals[label];
      }
    }
    return cost;
  }

  #transfer(patient: number, from: number, to: number): void {
    const { films, counts } = this.#patients[patient];
    this.#places[patient] = to;
    this.#sizes[from] -= films.length;
    this.#sizes[to] += films.length;
    for (const [label, count] of counts.entries()) {
      this.#counts[from][label] -= count;
      this.#counts[to][label] += count;
    }
  }
}

import { randomStream, shuffled } from "../../random.ts";
import type { Film } from "../dataset.ts";
import { type PatientFilms, rebalance } from "./rebalance.ts";

/**
 * Distributes films over subsets in the given ratios, all films of a patient to one subset, so that every label's films keep those
 * ratios as nearly as possible: iterative stratification with patients as examples, weighted by their films. The label with the
 * fewest patients left goes first. Each of its patients goes to the subset that still needs most films of that label, among equals
 * to the one that needs most films at all, then by chance. Where that leaves a subset empty or far from its size, as it happens
 * with few patients, {@linkcode rebalance} corrects it.
 *
 * Source: Sechidis, Tsoumakas, Vlahavas 2011, "On the stratification of multi-label data", algorithm 1.
 *
 * @returns Film indices for each ratio, ascending.
 *
 * @example
 * ```ts
 * import { stratify } from "./stratify.ts";
 * const films = Array.from({ length: 8 }, (_, i) => ({ patient: `p${i}`, labels: [i % 2] }));
 * const halves = stratify(films, [...films.keys()], { ratios: [0.5, 0.5], seed: 42 });
 * console.assert(halves.every((half) => half.filter((film) => film % 2 === 0).length === 2));
 * ```
 */
export function stratify(
  films: readonly Pick<Film, "patient" | "labels">[],
  chosen: readonly number[],
  { ratios, seed }: { readonly ratios: readonly number[]; readonly seed: number },
): number[][] {
  const stream = randomStream(seed, "split");
  const classes = chosen.reduce((most, film) => Math.max(most, ...films[film].labels), -1) + 1;
  const patients = shuffled([...groupByPatient(films, chosen, classes).values()], stream);
  const places = new Map<PatientFilms, number>();
  const wanted = ratios.map((ratio) => ratio * chosen.length);
  const wantedOf = Array.from({ length: classes }, (_, label) => {
    const total = patients.reduce((sum, { counts }) => sum + counts[label], 0);
    return ratios.map((ratio) => ratio * total);
  });

  const place = (patient: PatientFilms, label: number | undefined) => {
    const want = label === undefined ? wanted : wantedOf[label];
    let best = [...ratios.keys()].filter((subset) => want[subset] === Math.max(...want));
    if (best.length > 1) {
      const most = Math.max(...best.map((subset) => wanted[subset]));
      best = best.filter((subset) => wanted[subset] === most);
    }
    const subset = best.length > 1 ? best[stream.integer(best.length)] : best[0];
    places.set(patient, subset);
    wanted[subset] -= patient.films.length;
    for (const [other, count] of patient.counts.entries()) wantedOf[other][subset] -= count;
  };

  const left = new Set(patients);
  while (left.size > 0) {
    const label = rarestLabel(left, classes);
    for (const patient of left) {
      if (label !== undefined && patient.counts[label] === 0) continue;
      place(patient, label);
      left.delete(patient);
    }
  }
  const placed = [...places.keys()], subsetOf = [...places.values()];
  rebalance(placed, subsetOf, ratios);
  return ratios.map((_, subset) =>
    placed.flatMap(({ films }, i) => subsetOf[i] === subset ? films : []).sort((a, b) => a - b)
  );
}

function groupByPatient(
  films: readonly Pick<Film, "patient" | "labels">[],
  chosen: readonly number[],
  classes: number,
): Map<string, PatientFilms> {
  const patients = new Map<string, { readonly films: number[]; readonly counts: number[] }>();
  for (const film of chosen) {
    const name = films[film].patient;
    const patient = patients.get(name) ?? { films: [], counts: new Array<number>(classes).fill(0) };
    patients.set(name, patient);
    patient.films.push(film);
    for (const label of films[film].labels) patient.counts[label]++;
  }
  return patients;
}

/** Finds the label with the fewest patients, at least one; ties go by label order. `undefined` where no patient has a label. */
function rarestLabel(patients: Iterable<PatientFilms>, classes: number): number | undefined {
  const counts = new Array<number>(classes).fill(0);
  for (const patient of patients) {
    for (let label = 0; label < classes; label++) counts[label] += +(patient.counts[label] > 0);
  }
  let rarest: number | undefined;
  for (const [label, count] of counts.entries()) {
    if (count > 0 && (rarest === undefined || count < counts[rarest])) rarest = label;
  }
  return rarest;
}

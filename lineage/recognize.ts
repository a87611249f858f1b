import { type Cohort, type SplitName, splitNames } from "./cohort.ts";
import type { Generation } from "./generation.ts";
import { type FilmMatch, type GenerationLookup, lookUpIn } from "./generation_lookup.ts";

/** What a lineage knows of one film. */
export interface FilmRecord {
  /** The split that the film was in, according to the latest generation that knows its content. */
  readonly split?: SplitName;
  /** The number of that generation: 0 is the model's own. */
  readonly generation?: number;
  /** The split of the film's patient, whether or not the film is known; of several splits the one that saw most. */
  readonly patientSplit?: SplitName;
  /** Whether any generation was trained or validated on the film. */
  readonly seen: boolean;
  /** Whether any generation was trained or validated on a film of the patient. */
  readonly patientSeen: boolean;
  /** Whether any generation was trained or validated on a film of this name with other content. */
  readonly sameName: boolean;
}

/** What a lineage knows of a cohort. */
export interface Recognition {
  /** One record for each film of the cohort. */
  readonly films: readonly FilmRecord[];
  /** Whether the lineage holds the digests of all films that the model and its ancestors saw. */
  readonly lineage: "known" | "unknown";
  /** Whether the lineage holds digests at all, so that decoding a film may tell more of it. */
  readonly recorded: boolean;
}

/** Finds out which films of a cohort a model and its ancestors were trained, validated and tested on. */
export function recognize(lineage: readonly Generation[], cohort: Cohort): Recognition {
  const lookups = lineage.map((generation) => lookUpIn(generation, cohort));
  const matches = cohort.films.map((film) => lookups.map((lookup) => lookup.film(film)));
  const patients = patientsOf(cohort, matches, lookups);
  return {
    films: cohort.films.map(({ patient }, i) => {
      const filmMatches = matches[i], record = patient === undefined ? undefined : patients.get(patient);
      const generation = filmMatches.findIndex(({ split }) => split !== undefined);
      return {
        ...(generation >= 0 && { split: filmMatches[generation].split, generation }),
        patientSplit: strictest(record?.splits ?? new Set(filmMatches.flatMap(({ split }) => split ?? []))),
        seen: filmMatches.some(({ seen }) => seen),
        patientSeen: filmMatches.some(({ seen }) => seen) || (record?.seen ?? false),
        sameName: filmMatches.some(({ sameName }) => sameName),
      };
    }),
    lineage: lineage.length > 0 && lineage.every(({ type }) => type === "recorded") ? "known" : "unknown",
    recorded: lineage.some(({ type }) => type === "recorded"),
  };
}

/** What a lineage knows of one patient. */
interface PatientRecord {
  readonly splits: Set<SplitName>;
  seen: boolean;
}

/** Collects the splits of each patient of a cohort, by the patient's films and number. */
function patientsOf(
  { films }: Cohort,
  matches: readonly (readonly FilmMatch[])[],
  lookups: readonly GenerationLookup[],
): ReadonlyMap<string, Readonly<PatientRecord>> {
  const patients = new Map<string, PatientRecord>();
  for (const [i, { patient }] of films.entries()) {
    if (patient === undefined) continue;
    let record = patients.get(patient);
    if (!record) {
      const splits = new Set(lookups.flatMap((lookup) => lookup.patient(patient)));
      record = { splits, seen: splits.has("train") || splits.has("val") };
      patients.set(patient, record);
    }
    for (const { split, seen } of matches[i]) {
      if (split !== undefined) record.splits.add(split);
      record.seen ||= seen;
    }
  }
  return patients;
}

/** Returns the split that saw most: a film that was once trained on is never held out. */
function strictest(splits: ReadonlySet<SplitName>): SplitName | undefined {
  return splitNames.find((split) => splits.has(split));
}

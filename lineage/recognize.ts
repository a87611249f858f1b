import { type Cohort, type FilmIdentity, type SplitName, splitNames } from "./cohort.ts";
import { patientDigest, saltedDigest } from "./digest.ts";
import { type Generation, openNames, openSplits, type RecordedGeneration } from "./generation.ts";

/** What a lineage knows of one film. */
export interface FilmRecord {
  /** The split that the film was in: of the latest generation that knows its content. */
  readonly split?: SplitName;
  /** That generation: 0 is the model's own. */
  readonly generation?: number;
  /** The split of the film's patient, the film itself known or not; of several the one that saw most. */
  readonly patientSplit?: SplitName;
  /** Whether any generation was trained or validated on the film. */
  readonly seen: boolean;
  /** Whether any generation was trained or validated on a film of the patient. */
  readonly patientSeen: boolean;
  /** Whether any was on a film of this name whose content is another. */
  readonly sameName: boolean;
}

/** A cohort as a lineage knows it. */
export interface Recognition {
  /** As many as the cohort has films. */
  readonly films: readonly FilmRecord[];
  /** Whether the lineage holds the digests of all films that the model and its ancestors saw. */
  readonly lineage: "known" | "unknown";
  /** Whether it holds digests at all, so that decoding a film may tell more of it. */
  readonly recorded: boolean;
}

/** Which films of a cohort a model and its ancestors were trained, validated and tested on. */
export function recognize(lineage: readonly Generation[], cohort: Cohort): Recognition {
  const witnesses = lineage.map((generation) => witnessOf(generation, cohort));
  const testimonies = cohort.films.map((film) => witnesses.map((witness) => witness.film(film)));
  const patients = patientsOf(cohort, testimonies, witnesses);
  return {
    films: cohort.films.map(({ patient }, i) => {
      const its = testimonies[i], who = patient === undefined ? undefined : patients.get(patient);
      const generation = its.findIndex(({ split }) => split !== undefined);
      return {
        ...(generation >= 0 && { split: its[generation].split, generation }),
        patientSplit: strictest(who?.splits ?? new Set(its.flatMap(({ split }) => split ?? []))),
        seen: its.some(({ seen }) => seen),
        patientSeen: its.some(({ seen }) => seen) || (who?.seen ?? false),
        sameName: its.some(({ sameName }) => sameName),
      };
    }),
    lineage: lineage.length > 0 && lineage.every(({ type }) => type === "recorded") ? "known" : "unknown",
    recorded: lineage.some(({ type }) => type === "recorded"),
  };
}

/** What one generation says of a film. */
interface Testimony {
  readonly split?: SplitName;
  readonly seen: boolean;
  readonly sameName: boolean;
}

/** One generation that is asked about films and patients. */
interface Witness {
  film(film: FilmIdentity): Testimony;
  /**
   * The splits that hold films of a patient. None where patient numbers do not mean the same people: they do where the two data
   * sets share a film, or are of one layout and share a quarter of their file names. Patient 7 of another hospital is somebody else.
   */
  patient(patient: string): readonly SplitName[];
}

const silent: Witness = { film: () => ({ seen: false, sameName: false }), patient: () => [] };

function witnessOf(generation: Generation, cohort: Cohort): Witness {
  switch (generation.type) {
    case "recorded":
      return recordedWitness(generation, cohort);
    case "named":
      return namedWitness(generation, cohort);
    case "foreign":
      return silent;
  }
}

function recordedWitness(generation: RecordedGeneration, { kind, films }: Cohort): Witness {
  const splits = openSplits(generation), { salt } = generation;
  const testimonies = new Map(films.map((film): [FilmIdentity, Testimony] => {
    const { digest = "", pixels = "" } = film, name = saltedDigest(salt, film.name);
    const content = splitNames.filter((split) => splits[split].films.has(digest) || splits[split].pixels.has(pixels));
    const named = splitNames.filter((split) => splits[split].names.has(name));
    return [film, {
      // Identical films may lie in two splits: then the name tells which of them this is.
      split: content.find((split) => content.length > 1 && named.includes(split)) ?? content[0] ??
        (film.damaged ? named[0] : undefined),
      seen: content.some((split) => split !== "test"),
      sameName: content.length === 0 && named.some((split) => split !== "test"),
    }];
  }));
  const sharesFilm = [...testimonies.values()].some(({ split }) => split !== undefined);
  const names = new Set(splitNames.flatMap((split) => [...splits[split].names]));
  const comparable = sharesFilm || (kind === generation.kind && sharesQuarter(names, films, salt));
  return {
    film: (film) => testimonies.get(film) ?? silent.film(film),
    patient(patient) {
      const digest = patientDigest(salt, patient);
      return comparable ? splitNames.filter((split) => splits[split].patients.has(digest)) : [];
    },
  };
}

/** Whether at least a quarter of the names of the smaller data set are names of the other too. */
function sharesQuarter(recorded: ReadonlySet<string>, films: readonly FilmIdentity[], salt: string): boolean {
  const { shared, here } = countNames(recorded, films, salt);
  return shared > 0 && shared >= Math.min(here, recorded.size) / 4;
}

function countNames(recorded: ReadonlySet<string>, films: readonly FilmIdentity[], salt: string) {
  const names = new Set(films.map(({ name }) => saltedDigest(salt, name)));
  return { shared: [...names].filter((name) => recorded.has(name)).length, here: names.size };
}

/**
 * Films of the data set that was trained on, known by the names of those that were held back. All others were there to train on,
 * but for new films of patients that were held back. A folder is that data set, or a part of it, where it has a quarter of the names,
 * or where an eighth of its own are among them: 0.1.0 held back three films of ten.
 */
function namedWitness(generation: Extract<Generation, { type: "named" }>, { kind, films }: Cohort): Witness {
  const { val, test } = openNames(generation), { salt } = generation;
  const recorded = new Set([...val, ...test]), { shared, here } = countNames(recorded, films, salt);
  if (kind !== generation.kind || shared === 0 || shared < Math.min(recorded.size / 4, here / 8)) return silent;
  const splitOf = ({ name }: FilmIdentity): "val" | "test" | undefined => {
    const digest = saltedDigest(salt, name);
    return val.has(digest) ? "val" : test.has(digest) ? "test" : undefined;
  };
  const patients = new Map<string, SplitName>();
  for (const film of films) {
    const split = splitOf(film);
    if (split !== undefined && film.patient !== undefined) patients.set(film.patient, split);
  }
  return {
    film(film) {
      const split = splitOf(film);
      if (split === undefined && film.patient !== undefined && patients.has(film.patient)) return silent.film(film);
      return { split: split ?? "train", seen: split !== "test", sameName: false };
    },
    patient: (patient) => {
      const split = patients.get(patient);
      return split === undefined ? [] : [split];
    },
  };
}

/** The splits of each patient of a cohort, by their films and by their number. */
function patientsOf(
  { films }: Cohort,
  testimonies: readonly (readonly Testimony[])[],
  witnesses: readonly Witness[],
): ReadonlyMap<string, { readonly splits: Set<SplitName>; seen: boolean }> {
  const patients = new Map<string, { readonly splits: Set<SplitName>; seen: boolean }>();
  for (const [i, { patient }] of films.entries()) {
    if (patient === undefined) continue;
    let who = patients.get(patient);
    if (!who) {
      const splits = new Set(witnesses.flatMap((witness) => witness.patient(patient)));
      who = { splits, seen: splits.has("train") || splits.has("val") };
      patients.set(patient, who);
    }
    for (const { split, seen } of testimonies[i]) {
      if (split !== undefined) who.splits.add(split);
      who.seen ||= seen;
    }
  }
  return patients;
}

/** What was once trained on is never held back. */
function strictest(splits: ReadonlySet<SplitName>): SplitName | undefined {
  return splitNames.find((split) => splits.has(split));
}

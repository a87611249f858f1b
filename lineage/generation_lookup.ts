import { type Cohort, type FilmIdentity, type SplitName, splitNames } from "./cohort.ts";
import { patientDigest, saltedDigest } from "./digest.ts";
import {
  type Generation,
  type NamedGeneration,
  type RecordedGeneration,
  unpackNames,
  unpackSplits,
} from "./generation.ts";

/** What one generation knows of a film. */
export interface FilmMatch {
  /** The split that the film was in; absent where the generation does not know the film. */
  readonly split?: SplitName;
  /** Whether the generation was trained or validated on the film. */
  readonly seen: boolean;
  /** Whether it was trained or validated on a film of this name with other content. */
  readonly sameName: boolean;
}

/** Looks films and patients of a cohort up in one generation. */
export interface GenerationLookup {
  film(film: FilmIdentity): FilmMatch;
  /**
   * Returns the splits that hold films of a patient. It returns none where patient numbers may mean other people: patient 7 of
   * another hospital is somebody else. They mean the same people where the two datasets share a film, or have one layout and share
   * a quarter of their file names.
   */
  patient(patient: string): readonly SplitName[];
}

const unknownFilm: FilmMatch = { seen: false, sameName: false };
const emptyLookup: GenerationLookup = { film: () => unknownFilm, patient: () => [] };

/** Prepares a generation for looking up a cohort's films. */
export function lookUpIn(generation: Generation, cohort: Cohort): GenerationLookup {
  switch (generation.type) {
    case "recorded":
      return recordedLookup(generation, cohort);
    case "named":
      return namedLookup(generation, cohort);
    case "foreign":
      return emptyLookup;
  }
}

function recordedLookup(generation: RecordedGeneration, { kind, films }: Cohort): GenerationLookup {
  const splits = unpackSplits(generation), { salt } = generation;
  const matches = new Map(films.map((film): [FilmIdentity, FilmMatch] => {
    const { digest = "", pixels = "" } = film, name = saltedDigest(salt, film.name);
    const content = splitNames.filter((split) => splits[split].films.has(digest) || splits[split].pixels.has(pixels));
    const named = splitNames.filter((split) => splits[split].names.has(name));
    return [film, {
      // Identical films may be in two splits. Then the name tells which of them this is.
      split: content.find((split) => content.length > 1 && named.includes(split)) ?? content[0] ??
        (film.damaged ? named[0] : undefined),
      seen: content.some((split) => split !== "test"),
      sameName: content.length === 0 && named.some((split) => split !== "test"),
    }];
  }));
  const sharesFilm = [...matches.values()].some(({ split }) => split !== undefined);
  const names = new Set(splitNames.flatMap((split) => [...splits[split].names]));
  const comparable = sharesFilm || (kind === generation.kind && sharesQuarter(names, films, salt));
  return {
    film: (film) => matches.get(film) ?? unknownFilm,
    patient(patient) {
      const digest = patientDigest(salt, patient);
      return comparable ? splitNames.filter((split) => splits[split].patients.has(digest)) : [];
    },
  };
}

/** Whether at least a quarter of the names of the smaller dataset are names of the other too. */
function sharesQuarter(recorded: ReadonlySet<string>, films: readonly FilmIdentity[], salt: string): boolean {
  const { shared, here } = countNames(recorded, films, salt);
  return shared > 0 && shared >= Math.min(here, recorded.size) / 4;
}

function countNames(
  recorded: ReadonlySet<string>,
  films: readonly FilmIdentity[],
  salt: string,
): { readonly shared: number; readonly here: number } {
  const names = new Set(films.map(({ name }) => saltedDigest(salt, name)));
  return { shared: names.intersection(recorded).size, here: names.size };
}

/**
 * Looks films up in a run of Thorax 0.1.0, which recorded only the names of the films that it held out. All other films of its dataset
 * were there to train on, except new films of held-out patients. A folder is that dataset, or a part of it, where it has a quarter
 * of the recorded names, or where an eighth of its own names are among them: 0.1.0 held out three films of ten.
 */
function namedLookup(generation: NamedGeneration, { kind, films }: Cohort): GenerationLookup {
  const { val, test } = unpackNames(generation), { salt } = generation;
  const recorded = new Set([...val, ...test]), { shared, here } = countNames(recorded, films, salt);
  if (kind !== generation.kind || shared === 0 || shared < Math.min(recorded.size / 4, here / 8)) return emptyLookup;
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
      if (split === undefined && film.patient !== undefined && patients.has(film.patient)) return unknownFilm;
      return { split: split ?? "train", seen: split !== "test", sameName: false };
    },
    patient: (patient) => {
      const split = patients.get(patient);
      return split === undefined ? [] : [split];
    },
  };
}

import { UserError } from "../../errors.ts";
import { type SplitName, splitNames } from "../../lineage/cohort.ts";
import type { Dataset, Film, PredefinedSplit } from "../dataset.ts";
import { stratify } from "./stratify.ts";

/** A division of a dataset's films into three parts, as film indices, each ascending. */
export interface Split {
  /** Films to train on. */
  readonly train: number[];
  /** Films that choose the best epoch. */
  readonly val: number[];
  /** Films that the model is tested on. */
  readonly test: number[];
}

/**
 * Splits a dataset's films 70/10/20 by patient, stratified over the labels; no patient is in two parts. A split that the data bring
 * stands, and the rest is drawn in these shares: an eighth of the patients of a `train_val_list.txt` are for validation. The split
 * depends on the films and the seed alone.
 *
 * @throws {UserError} where a part is empty, or the data's own lists share a patient
 */
export function splitFilms(
  dataset: Pick<Dataset, "films" | "name" | "predefinedSplit">,
  { seed }: { readonly seed: number },
): Split {
  const split = drawSplit(dataset, { seed });
  assertNoEmptyPart(split, dataset);
  return split;
}

/**
 * Checks that every part of a split has a film.
 *
 * @throws {UserError} that says why a part is empty
 */
export function assertNoEmptyPart(split: Split, dataset: Pick<Dataset, "films" | "name" | "predefinedSplit">): void {
  const empty = splitNames.filter((name) => split[name].length === 0);
  if (empty.length === 0) return;
  const counts = `train ${split.train.length}, val ${split.val.length}, test ${split.test.length}`;
  throw new UserError(`${dataset.name}: the ${empty.join(" and ")} split has no film (${counts})`, {
    remedy: remedyFor(empty, dataset),
  });
}

function remedyFor(
  empty: readonly SplitName[],
  { films, predefinedSplit }: Pick<Dataset, "films" | "predefinedSplit">,
): string {
  const givenEmpty = empty.filter((part) => predefinedSplit?.given[part]?.length === 0).join(" and ");
  if (givenEmpty !== "") {
    return `The data bring a split without films for ${givenEmpty}. Add some, or remove the lists that leave it empty: ` +
      "without lists the films are split by patient";
  }
  const drawn = predefinedSplit?.drawn ?? [...films.keys()];
  const open = predefinedSplit ? openParts(predefinedSplit) : splitNames;
  const patients = new Set(drawn.map((film) => films[film].patient)).size;
  if (patients >= open.length) {
    return "The weights keep the split that they were trained with, which leaves no film here. Add films of other patients";
  }
  const there = `${patients} ${patients === 1 ? "patient" : "patients"}`;
  return predefinedSplit === undefined
    ? `At least three patients are needed, one for each split, and these are films of ${there}`
    : `The lists leave ${there} for ${open.join(" and ")}, and each needs one`;
}

/** How many films of ten a part gets. */
const shares = { train: 7, val: 1, test: 2 } as const;

/** Whether a dataset's split depends on the seed. */
export function isDrawn({ predefinedSplit }: Pick<Dataset, "predefinedSplit">): boolean {
  return predefinedSplit === undefined || openParts(predefinedSplit).length > 1;
}

const openParts = ({ given }: PredefinedSplit) => splitNames.filter((part) => given[part] === undefined);

/**
 * Splits films as {@linkcode splitFilms} does, but may leave a part empty.
 *
 * @throws {UserError} where the data's own lists share a patient
 */
export function drawSplit(
  { films, name, predefinedSplit }: Parameters<typeof splitFilms>[0],
  { seed }: { readonly seed: number },
): Split {
  const predefined = predefinedSplit ?? { given: {}, drawn: [...films.keys()] };
  refuseSharedPatients(films, predefined, name);
  const { given, drawn } = predefined, open = openParts(predefined);
  const total = open.reduce((sum, part) => sum + shares[part], 0);
  const parts = stratify(films, drawn, { ratios: open.map((part) => shares[part] / total), seed });
  const filmsOf = (part: SplitName) => given[part] ? [...given[part]] : parts[open.indexOf(part)];
  return { train: filmsOf("train"), val: filmsOf("val"), test: filmsOf("test") };
}

function refuseSharedPatients(films: readonly Film[], { given, drawn }: PredefinedSplit, name: string): void {
  const groupOf = new Map<string, readonly number[]>(), shared = new Set<string>();
  for (const group of [drawn, given.train ?? [], given.val ?? [], given.test ?? []]) {
    for (const film of group) {
      const { patient } = films[film];
      if ((groupOf.get(patient) ?? group) !== group) shared.add(patient);
      groupOf.set(patient, groupOf.get(patient) ?? group);
    }
  }
  if (shared.size === 0) return;
  const [first] = shared;
  throw new UserError(`${name}: the official lists share ${shared.size} patients, first: ${first}`, {
    remedy: "Take the lists as published, or remove them to have the films split by patient",
  });
}

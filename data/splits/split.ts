import { UserError } from "../../errors.ts";
import { type SplitName, splitNames } from "../../lineage/cohort.ts";
import type { Dataset, Film, PredefinedSplit } from "../dataset.ts";
import { stratify } from "./stratify.ts";

/** Film indices of the three splits, each ascending. */
export interface Split {
  readonly train: number[];
  readonly val: number[];
  readonly test: number[];
}

/**
 * Splits a dataset's films; no patient is in two splits. 70/10/20 by patient, stratified over the labels; what the data brings
 * of a split stands, and the rest is drawn in these shares (of the films of a `train_val_list.txt`, an eighth of the patients are for
 * validation). Depends on the films and the seed alone.
 *
 * Throws a {@linkcode UserError} where a split is empty or the data's own lists share a patient.
 */
export function splitFilms(dataset: Pick<Dataset, "films" | "name" | "predefinedSplit">, { seed }: {
  readonly seed: number;
}): Split {
  const split = drawSplit(dataset, { seed });
  assertNoneEmpty(split, dataset);
  return split;
}

/** Throws a {@linkcode UserError} that says why where a split is empty. */
export function assertNoneEmpty(split: Split, dataset: Pick<Dataset, "films" | "name" | "predefinedSplit">): void {
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
  const bare = empty.filter((part) => predefinedSplit?.given[part]?.length === 0);
  if (bare.length > 0) {
    return `The data bring a split that has none for ${
      bare.join(" and ")
    }. Add some, or remove the lists that leave it none: ` +
      "without lists the films are split by patient";
  }
  const drawn = predefinedSplit?.drawn ?? [...films.keys()],
    open = predefinedSplit ? openParts(predefinedSplit) : splitNames;
  const patients = new Set(drawn.map((film) => films[film].patient)).size;
  if (patients >= open.length) {
    return "The weights keep the split that they were trained with, and it leaves none. Add films of other patients";
  }
  const there = `${patients} ${patients === 1 ? "patient" : "patients"}`;
  return predefinedSplit === undefined
    ? `At least three patients are needed, one for each split, and these are films of ${there}`
    : `The lists leave ${there} for ${open.join(" and ")}, and each needs one`;
}

/** How many films of ten a part gets. */
const shares = { train: 7, val: 1, test: 2 } as const;

/** Whether the seed decides anything about a dataset's split. */
export function isDrawn({ predefinedSplit }: Pick<Dataset, "predefinedSplit">): boolean {
  return predefinedSplit === undefined || openParts(predefinedSplit).length > 1;
}

const openParts = ({ given }: PredefinedSplit) => splitNames.filter((part) => given[part] === undefined);

/** {@linkcode splitFilms} that may leave a split empty. */
export function drawSplit(
  { films, name, predefinedSplit }: Parameters<typeof splitFilms>[0],
  { seed }: { readonly seed: number },
): Split {
  const brought = predefinedSplit ?? { given: {}, drawn: [...films.keys()] };
  refuseSharedPatients(films, brought, name);
  const { given, drawn } = brought, open = openParts(brought);
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

import { UserError } from "../errors.ts";
import type { Dataset } from "./dataset.ts";
import { stratify } from "./stratify.ts";

/** Film indices of the three splits, each ascending. */
export interface Split {
  readonly train: number[];
  readonly val: number[];
  readonly test: number[];
}

/**
 * Splits a dataset's films; no patient is in two splits. 70/10/20 by patient, stratified over the labels; with official
 * lists, test is theirs and validation an eighth of the other list's patients; where the data brings all three, those. Films
 * that are on neither official list are in no split. Depends on the films and the seed alone.
 *
 * Throws a {@linkcode UserError} where a split is empty or the official lists share a patient.
 */
export function splitFilms(dataset: Pick<Dataset, "films" | "name" | "predefinedSplit">, { seed }: {
  readonly seed: number;
}): Split {
  const split = drawSplit(dataset, { seed });
  assertNoneEmpty(split, dataset);
  return split;
}

/** Throws a {@linkcode UserError} where a split is empty. */
export function assertNoneEmpty(split: Split, dataset: Pick<Dataset, "name">): void {
  const empty = (["train", "val", "test"] as const).filter((name) => split[name].length === 0);
  if (empty.length > 0) {
    const counts = `train ${split.train.length}, val ${split.val.length}, test ${split.test.length}`;
    throw new UserError(`${dataset.name}: the ${empty.join(" and ")} split has no film (${counts})`, {
      remedy: "At least three patients are needed, or official lists that name films of this folder",
    });
  }
}

/** {@linkcode splitFilms} that may leave a split empty. */
export function drawSplit(
  { films, name, predefinedSplit }: Parameters<typeof splitFilms>[0],
  { seed }: { readonly seed: number },
): Split {
  if (predefinedSplit?.kind === "fixed") {
    const { train, val, test } = predefinedSplit;
    return { train: [...train], val: [...val], test: [...test] };
  }
  if (predefinedSplit === undefined) {
    const [train, val, test] = stratify(films, [...films.keys()], { ratios: [0.7, 0.1, 0.2], seed });
    return { train, val, test };
  }
  const patients = new Set(predefinedSplit.trainVal.map((film) => films[film].patient));
  const shared = new Set(predefinedSplit.test.map((film) => films[film].patient).filter((who) => patients.has(who)));
  if (shared.size > 0) {
    const [first] = shared;
    throw new UserError(`${name}: the official lists share ${shared.size} patients, first: ${first}`, {
      remedy: "Take the lists as published, or remove them to have the films split by patient",
    });
  }
  const [train, val] = stratify(films, predefinedSplit.trainVal, { ratios: [7 / 8, 1 / 8], seed });
  return { train, val, test: [...predefinedSplit.test] };
}

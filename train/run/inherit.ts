import type { Split } from "../../data/splits/split.ts";
import type { SplitName } from "../../lineage/cohort.ts";
import type { Recognition } from "../../lineage/recognize.ts";

/** A split that goes on from that of earlier training. */
export interface InheritedSplit {
  readonly split: Split;
  /** How many films are in the split in which an ancestor had them. */
  readonly kept: number;
  /** How many new films join the other films of their patient. */
  readonly joined: number;
  /** How many films of new patients are drawn. */
  readonly drawn: number;
  /** How many films that were held out move to other films of their patient. */
  readonly moved: number;
}

/**
 * Splits the films of a run that goes on from earlier training: films are in the split that they were in, new films where their
 * patient is, and films of new patients as drawn anew. Where ancestors had a patient's films in several splits, all of them
 * go to the one that saw most. So the model is tested on no film that it or an ancestor saw, nor on other films of such patients.
 */
export function inheritSplit(drawn: Split, { films }: Recognition): InheritedSplit {
  const fresh = splitsOf(drawn, films.length);
  const count = (isCounted: (film: number) => boolean) => [...films.keys()].filter(isCounted).length;
  return {
    split: gather(films.map(({ split, patientSplit }, film) => patientSplit ?? split ?? fresh[film])),
    kept: count((film) => films[film].split !== undefined && films[film].split === films[film].patientSplit),
    joined: count((film) => films[film].split === undefined && films[film].patientSplit !== undefined),
    drawn: count((film) => films[film].patientSplit === undefined && fresh[film] !== undefined),
    moved: count((film) => films[film].split !== undefined && films[film].split !== films[film].patientSplit),
  };
}

/** Moves patients that the model or an ancestor saw from the test of a newly drawn split to its training films. */
export function renewSplit(drawn: Split, { films }: Recognition): { readonly split: Split; readonly moved: number } {
  const fresh = splitsOf(drawn, films.length);
  const isMoved = (split: SplitName | undefined, film: number) =>
    split === "test" && (films[film].seen || films[film].patientSeen);
  return {
    split: gather(fresh.map((split, film) => isMoved(split, film) ? "train" : split)),
    moved: fresh.filter(isMoved).length,
  };
}

/** Each film's split; undefined where it is in none. */
function splitsOf({ train, val, test }: Split, count: number): (SplitName | undefined)[] {
  const splits = new Array<SplitName | undefined>(count).fill(undefined);
  for (const film of train) splits[film] = "train";
  for (const film of val) splits[film] = "val";
  for (const film of test) splits[film] = "test";
  return splits;
}

function gather(splits: readonly (SplitName | undefined)[]): Split {
  const of = (name: SplitName) => [...splits.keys()].filter((film) => splits[film] === name);
  return { train: of("train"), val: of("val"), test: of("test") };
}

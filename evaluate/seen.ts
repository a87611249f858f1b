import { count } from "../errors.ts";
import type { Recognition } from "../lineage/recognize.ts";
import type { BinaryMetrics } from "./binary_metrics.ts";
import type { TestSplit } from "./choose_films.ts";
import { pick } from "./pick.ts";

/** The films of a test that the model or its ancestors were trained or validated on. */
export interface Seen {
  /** Known by their content. */
  readonly films: number;
  /** Patients of this test with a film among those that were seen; null where the data name none. */
  readonly patients: number | null;
  /** Films with the name of one that was seen, and another content. */
  readonly byName: number;
  /** Films that are left out of the main figures. */
  readonly excluded: number;
  /** `unknown` if the films that the model or an ancestor was trained on are not recorded one by one. */
  readonly lineage: "known" | "unknown";
}

/** The figures of a test with the films that were seen. */
export interface WithSeen extends BinaryMetrics {
  /** Films. */
  readonly n: number;
}

/** What the training did with the films of a test: it trained on them (`apparent`), chose weights by them (`tuning`), or neither (null). */
export type Estimate = "apparent" | "tuning" | null;

export const estimates: Readonly<Record<TestSplit, Estimate>> = {
  train: "apparent",
  val: "tuning",
  test: null,
  all: null,
};

/** How a test treats films that were seen. */
export interface SeenOptions {
  readonly split: TestSplit;
  /** Whether the main figures of `all` films include seen ones; those of a split always do. */
  readonly keepSeen: boolean;
  /** The patient of each tested film; absent if the data name none. */
  readonly patients?: readonly string[];
}

/** Counts the seen films of a test, and decides which films belong to the main figures; `films` are indices of the recognition. */
export function judgeSeen(
  films: readonly number[],
  { films: records, lineage }: Recognition,
  { split, keepSeen, patients }: SeenOptions,
): { readonly seen: Seen; readonly isMain: readonly boolean[] } {
  const its = pick(records, films);
  const leaveOut = split === "all" && !keepSeen;
  const isMain = its.map(({ seen, patientSeen }) => !leaveOut || !(seen || patientSeen));
  const seenPatients = patients && new Set(patients.filter((_, i) => its[i]?.patientSeen));
  return {
    seen: {
      films: its.filter(({ seen }) => seen).length,
      patients: seenPatients?.size ?? null,
      byName: its.filter(({ sameName }) => sameName).length,
      excluded: isMain.filter((main) => !main).length,
      lineage,
    },
    isMain,
  };
}

/** The warning that goes with predictions of real films by a model that was trained on synthetic ones. */
export const syntheticModelWarning =
  "The model was trained on synthetic films: what it says of other films means nothing.";

/** Says how the seen films of a test and the origin of the model weaken its figures, a sentence each. */
export function warnOfSeen(
  seen: Seen,
  { split, origins, syntheticModel }: {
    readonly split: TestSplit;
    /** What is known of an ancestor whose films nobody recorded. */
    readonly origins: readonly string[];
    /** The model was trained on synthetic films, and is tested on others. */
    readonly syntheticModel: boolean;
  },
): string[] {
  const { films, patients, byName, excluded, lineage } = seen;
  const warnings: string[] = [];
  if (syntheticModel) {
    warnings.push(syntheticModelWarning);
  }
  if (split === "train") {
    warnings.push("These are the films that the model was trained on: the figures are apparent, not of new films.");
  } else if (split === "val") {
    warnings.push("These are the films that chose the weights: the figures are of tuning, not of new films.");
  } else if (excluded > 0) {
    warnings.push(
      `${count(excluded, "film")} ${
        excluded === 1 ? "is" : "are"
      } left out of the figures: the model, or one that it ` +
        `was trained from, saw ${sawWhat(films, excluded)}.`,
    );
  } else if (films > 0 || (patients ?? 0) > 0) {
    const what = [
      ...(films > 0 ? [count(films, "film")] : []),
      ...(patients ? [`films of ${count(patients, "patient")}`] : []),
    ];
    warnings.push(
      `The figures include ${what.join(" and ")} that the model, or one that it was trained from, saw in training.`,
    );
  }
  if (byName > 0) {
    warnings.push(
      `${count(byName, "film")} ${byName === 1 ? "has" : "have"} the name of a film that was seen in training, and ` +
        "another content.",
    );
  }
  if (lineage === "unknown") {
    const known = origins.length > 0 ? ` (${origins.join("; ")})` : "";
    warnings.push(`Not all films that the model was trained on are recorded${known}: overlap cannot be excluded.`);
  }
  return warnings;
}

function sawWhat(films: number, excluded: number): string {
  if (films === excluded) return excluded === 1 ? "it" : "them";
  return films === 0 ? "other films of their patients" : `${films} of them, and other films of the others' patients`;
}

import type { Cohort, SplitName } from "./cohort.ts";
import { type Generation, maxGenerations, recordGeneration } from "./generation.ts";

/** What determines a run's lineage. */
export interface LineageInput {
  /** The lineage of the initial weights; in a resumed run, its own generation first. */
  readonly before: readonly Generation[];
  /** Whether the run was resumed. */
  readonly resumed: boolean;
  /** Film indices of each split. */
  readonly split: Readonly<Record<SplitName, readonly number[]>>;
  /** Returns the run's films with the digests known by now. */
  readonly cohort: () => Cohort;
}

/** Makes a function that returns the lineage of a run's checkpoints at any time: the run's own generation, then its ancestors'. */
export function recordLineage({ before, resumed, split, cohort }: LineageInput): () => readonly Generation[] {
  const [own] = resumed ? before : [];
  const [previous, ancestors] = own?.type === "recorded" ? [own, before.slice(1)] : [undefined, before];
  return () => [recordGeneration(cohort(), split, previous), ...latest(ancestors)];
}

/** Keeps as many ancestors as a checkpoint holds; a foreign generation stands for the older ones. */
function latest(ancestors: readonly Generation[]): readonly Generation[] {
  if (ancestors.length < maxGenerations) return ancestors;
  return [...ancestors.slice(0, maxGenerations - 2), { type: "foreign", library: "Thorax", trainedOn: [] }];
}

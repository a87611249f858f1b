import type { Cohort, SplitName } from "./cohort.ts";
import { type Generation, maxGenerations, recordGeneration } from "./generation.ts";

/** What a run's lineage follows from. */
export interface LineageInput {
  /** What the first weights saw; of a run that goes on, its own generation first. */
  readonly before: readonly Generation[];
  readonly resumed: boolean;
  /** Film indices of each split. */
  readonly split: Readonly<Record<SplitName, readonly number[]>>;
  /** The run's films as they are known by now. */
  readonly cohort: () => Cohort;
}

/** The lineage of a run's checkpoints, at any time: what it has seen itself, then what its first weights had seen. */
export function recordLineage({ before, resumed, split, cohort }: LineageInput): () => readonly Generation[] {
  const [own] = resumed ? before : [];
  const [previous, ancestors] = own?.type === "recorded" ? [own, before.slice(1)] : [undefined, before];
  return () => [recordGeneration(cohort(), split, previous), ...latest(ancestors)];
}

/** As many ancestors as a checkpoint holds; that there were older ones is not forgotten. */
function latest(ancestors: readonly Generation[]): readonly Generation[] {
  if (ancestors.length < maxGenerations) return ancestors;
  return [...ancestors.slice(0, maxGenerations - 2), { type: "foreign", library: "Thorax", trainedOn: [] }];
}

import type { Cohort } from "./cohort.ts";
import { saltedDigest } from "./digest.ts";
import { type Generation, unpackNames, unpackSplits } from "./generation.ts";
import type { Recognition } from "./recognize.ts";

/** How many films a training run held out, for validation or the test, and how many of them are gone. */
export interface HeldOutCount {
  readonly films: number;
  readonly gone: number;
}

/**
 * Counts the films that a training run held out, by default the model's own run, and those of them that a cohort lacks. It compares
 * content, or names where these find more: a damaged film that was restored has other bytes.
 */
export function countHeldOut(
  lineage: readonly Generation[],
  { films }: Cohort,
  recognition: Pick<Recognition, "films">,
  { splits = ["val", "test"], generation = 0 }: {
    readonly splits?: readonly ("val" | "test")[];
    readonly generation?: number;
  } = {},
): HeldOutCount {
  const run = lineage[generation];
  if (run === undefined || run.type === "foreign") return { films: 0, gone: 0 };
  const held = run.type === "named" ? unpackNames(run) : namesOf(unpackSplits(run));
  const names = splits.flatMap((split) => [...held[split]]);
  const here = new Set(films.map(({ name }) => saltedDigest(run.salt, name)));
  const found =
    recognition.films.filter((film) => film.generation === generation && splits.some((held) => held === film.split))
      .length;
  const goneByName = names.filter((name) => !here.has(name)).length;
  return { films: names.length, gone: Math.min(goneByName, Math.max(0, names.length - found)) };
}

/** Sums {@linkcode countHeldOut} over all runs from which a cohort has films. */
export function countAllHeldOut(
  lineage: readonly Generation[],
  cohort: Cohort,
  recognition: Pick<Recognition, "films">,
  splits: readonly ("val" | "test")[],
): HeldOutCount {
  const generations = new Set(recognition.films.flatMap(({ generation }) => generation ?? []));
  const counts = [...generations].map((generation) =>
    countHeldOut(lineage, cohort, recognition, { splits, generation })
  );
  const total = (of: (count: HeldOutCount) => number) => counts.reduce((sum, count) => sum + of(count), 0);
  return { films: total(({ films }) => films), gone: total(({ gone }) => gone) };
}

const namesOf = ({ val, test }: ReturnType<typeof unpackSplits>) => ({ val: val.names, test: test.names });

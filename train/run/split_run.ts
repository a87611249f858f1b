import type { Dataset } from "../../data/dataset.ts";
import { assertNoEmptyPart, drawSplit, isDrawn, type Split, splitFilms } from "../../data/splits/split.ts";
import { count, UserError } from "../../errors.ts";
import { type Cohort, splitNames } from "../../lineage/cohort.ts";
import type { Generation } from "../../lineage/generation.ts";
import { countHeldOut, type HeldOutCount } from "../../lineage/held_out.ts";
import { type Recognition, recognize } from "../../lineage/recognize.ts";
import { type InheritedSplit, inheritSplit, renewSplit } from "./inherit.ts";

/** What a run's split follows from. */
export interface SplitRunOptions {
  readonly dataset: Dataset;
  /** The dataset's films, with the pixels of those that the lineage does not know by their files. */
  readonly cohort: Cohort;
  /** What the first weights saw. */
  readonly lineage: readonly Generation[];
  /** The seed of the split; 42 where nobody asked for one. */
  readonly splitSeed?: number;
  /** Whether the split is drawn anew, though the weights keep one. */
  readonly newSplit?: boolean;
  /** The run that goes on. */
  readonly resume?: string;
  /** Whether a run that goes on may do so without the films that are gone. */
  readonly withoutGone?: boolean;
}

/**
 * Splits the films of a run into those that it trains, validates and tests on: a new draw for
 * fresh weights; for weights that Thorax trained before, the split that they had, so that they are tested on nothing they saw. `notes` are lines about it.
 *
 * @throws {UserError} where a split is empty, options contradict each other, or a resumed run's films are gone
 */
export function splitRun(
  { dataset, cohort, lineage, splitSeed, newSplit = false, resume, withoutGone = false }: SplitRunOptions,
): { readonly split: Split; readonly notes: readonly string[] } {
  const seed = splitSeed ?? 42, ancestors = lineage.filter(({ type }) => type !== "foreign");
  if (ancestors.length === 0) {
    const isVoid = splitSeed !== undefined && !isDrawn(dataset);
    const note = `The split comes with ${dataset.name}, so --split-seed has no effect`;
    if (!newSplit) return { split: splitFilms(dataset, { seed }), notes: isVoid ? [note] : [] };
    throw new UserError("--new-split needs weights that Thorax trained before", {
      remedy: "Name them with --ckpt-path or --weights, or leave it out: the split is a new one",
    });
  }
  const recognition = recognize(ancestors, cohort), drawn = drawSplit(dataset, { seed });
  if (resume === undefined && newSplit) return renewed(drawn, recognition, { dataset, seed });
  const held = countHeldOut(ancestors, cohort, recognition);
  if (resume !== undefined && held.gone > 0 && (!withoutGone || held.gone === held.films)) {
    const isGone = held.gone === held.films, all = count(held.films, "film");
    throw new UserError(
      `${isGone ? all : `${held.gone} of the ${all}`} that ${resume} validates and tests on ${
        held.gone === 1 ? "is" : "are"
      } not in ${dataset.name}`,
      {
        remedy: "Name the run's own films with --data-dir" +
          (isGone ? "" : ", or go on without those that are gone: --on-bad-image skip"),
      },
    );
  }
  const inherited = inheritSplit(drawn, recognition), { split, kept, joined, moved } = inherited;
  assertNoEmptyPart(split, dataset);
  if (kept + joined + moved === 0) return { split, notes: [] };
  if (resume === undefined && splitSeed !== undefined) {
    throw new UserError(
      "--split-seed would draw a new split, and the weights keep the one that they were trained with",
      { remedy: "Leave it out, or give --new-split too" },
    );
  }
  return { split, notes: describeInherited(inherited, { held, dataset, isDrawn: isSame(split, drawn), resume }) };
}

function renewed(
  drawn: Split,
  recognition: Recognition,
  { dataset, seed }: { readonly dataset: Dataset; readonly seed: number },
): ReturnType<typeof splitRun> {
  const { split, moved } = renewSplit(drawn, recognition);
  if (split.test.length === 0) {
    const listed = dataset.predefinedSplit?.given.test !== undefined;
    throw new UserError(
      `the weights saw the patients of all films that ${
        listed ? `the test list of ${dataset.name} names` : `--split-seed ${seed} draws for the test`
      }`,
      { remedy: listed ? "Leave --new-split out" : "Give another --split-seed, or leave --new-split out" },
    );
  }
  assertNoEmptyPart(split, dataset);
  const note = `The new split tests nothing that the weights saw: ${
    count(moved, "film")
  } of such patients go to training`;
  return { split, notes: moved > 0 ? [note] : [] };
}

/** Writes a line about a split that goes on; none where it is the one that would be drawn, or a resumed run's own. */
function describeInherited(
  { split, kept, joined, drawn, moved }: InheritedSplit,
  { held, dataset, isDrawn, resume }: {
    readonly held: HeldOutCount;
    readonly dataset: Dataset;
    readonly isDrawn: boolean;
    readonly resume?: string;
  },
): string[] {
  const nowhere = dataset.films.length - split.train.length - split.val.length - split.test.length;
  const parts = [
    ...(joined > 0 ? [`${count(joined, "new film")} with the others of their patients`] : []),
    ...(drawn > 0 ? [`${count(drawn, "film")} of new patients drawn`] : []),
    ...(moved > 0 ? [`${count(moved, "film")} moved to where the weights saw their patients`] : []),
    ...(held.gone > 0 && held.gone < held.films
      ? [`${held.gone} of the ${held.films} validation and test films not in the folder`]
      : []),
  ];
  if (parts.length === 0 && (resume !== undefined || isDrawn)) return [];
  if (nowhere > 0) parts.push(`${count(nowhere, "film")} in no split`);
  const whole = [`${count(kept, "film")} as before`, ...parts].join(", ");
  return [`The weights keep the split that they were trained with: ${whole}`];
}

const isSame = (a: Split, b: Split) => splitNames.every((name) => `${a[name]}` === `${b[name]}`);

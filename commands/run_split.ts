import type { Dataset } from "../data/dataset.ts";
import { assertNoneEmpty, drawSplit, isDrawn, type Split, splitFilms } from "../data/split.ts";
import { UserError } from "../errors.ts";
import type { Cohort } from "../lineage/cohort.ts";
import { type Generation, hasAllHeldBack } from "../lineage/generation.ts";
import { recognize } from "../lineage/recognize.ts";
import { inheritSplit, renewSplit } from "../train/inherit.ts";
import type { TrainOptions } from "../train/options.ts";

/** What a run's split follows from. */
export interface RunSplitOptions {
  readonly options: TrainOptions;
  /** The options of the command line alone. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly dataset: Dataset;
  /** The dataset's films, with the pixels of those that the lineage does not know by their files. */
  readonly cohort: Cohort;
  /** What the first weights saw. */
  readonly lineage: readonly Generation[];
}

/**
 * The films that a run trains, validates and tests on: of fresh weights a new draw; of weights that were trained here before
 * the split that they had, so that nothing is tested on that they saw.
 *
 * @throws {UserError} where a split is empty, options contradict each other, or a resumed run's films are gone
 */
export function splitRun(
  { options, given, dataset, cohort, lineage }: RunSplitOptions,
): { readonly split: Split; readonly notes: readonly string[] } {
  const { splitSeed: seed, newSplit, resume } = options;
  const ancestors = lineage.filter(({ type }) => type !== "foreign");
  if (ancestors.length === 0) {
    const isVoid = given.splitSeed !== undefined && !isDrawn(dataset);
    const note = `The split comes with ${dataset.name}, so --split-seed has no effect`;
    if (!newSplit) return { split: splitFilms(dataset, { seed }), notes: isVoid ? [note] : [] };
    throw new UserError("--new-split needs weights that Thorax trained before", {
      remedy: "Name them with --ckpt-path or --weights, or leave it out: the split is a new one",
    });
  }
  if (resume !== undefined && !hasAllHeldBack(ancestors[0], cohort)) {
    throw new UserError(`the films that ${resume} validates and tests on are not all in ${dataset.name}`, {
      remedy: "Name the run's own films with --data-dir",
    });
  }
  const recognition = recognize(ancestors, cohort), drawn = drawSplit(dataset, { seed });
  const inherited = inheritSplit(drawn, recognition);
  if (resume === undefined && newSplit) {
    const { split, moved } = renewSplit(drawn, recognition);
    assertNoneEmpty(split, dataset);
    return {
      split,
      notes: moved === 0
        ? []
        : [`${films(moved)} drawn for the test were seen before, or their patients: they are trained on instead`],
    };
  }
  const { split, kept, joined } = inherited;
  assertNoneEmpty(split, dataset);
  if (kept + joined === 0) return { split, notes: [] };
  if (resume === undefined && given.splitSeed !== undefined) {
    throw new UserError(
      "--split-seed would draw a split anew, and the weights keep the one that they were trained with",
      {
        remedy: "Leave it out, or give --new-split too",
      },
    );
  }
  const drawnAnew = dataset.films.length - kept - joined;
  const notes = [
    `${films(kept)} stay in the split that the weights were trained with`,
    ...(joined > 0 ? [`${films(joined)} are new and join their patient's split`] : []),
    ...(drawnAnew > 0 ? [`${films(drawnAnew)} of new patients are drawn`] : []),
  ];
  return { split, notes: resume === undefined || kept < dataset.films.length ? [notes.join("; ")] : [] };
}

const films = (count: number) => `${count.toLocaleString("en-US")} film${count === 1 ? "" : "s"}`;

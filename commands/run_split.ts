import type { Dataset } from "../data/dataset.ts";
import { assertNoneEmpty, drawSplit, isDrawn, type Split, splitFilms } from "../data/split.ts";
import { UserError } from "../errors.ts";
import { type Cohort, splitNames } from "../lineage/cohort.ts";
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
  if (resume !== undefined && options.onBadImage === "error" && !hasAllHeldBack(ancestors[0], cohort)) {
    throw new UserError(`the films that ${resume} validates and tests on are not all in ${dataset.name}`, {
      remedy: "Name the run's own films with --data-dir, or go on without those that are gone: --on-bad-image skip",
    });
  }
  const recognition = recognize(ancestors, cohort), drawn = drawSplit(dataset, { seed });
  if (resume === undefined && newSplit) {
    const { split, moved } = renewSplit(drawn, recognition);
    if (split.test.length === 0) {
      throw new UserError(`the weights saw the patients of all films that --split-seed ${seed} draws for the test`, {
        remedy: "Give another --split-seed, or leave --new-split out",
      });
    }
    assertNoneEmpty(split, dataset);
    const note = `Of the films drawn for the test, ${films(moved)} of patients whom the weights saw go to training`;
    return { split, notes: moved > 0 ? [note] : [] };
  }
  const { split, kept, joined } = inheritSplit(drawn, recognition);
  assertNoneEmpty(split, dataset);
  if (kept + joined === 0) return { split, notes: [] };
  if (resume === undefined && given.splitSeed !== undefined) {
    throw new UserError(
      "--split-seed would draw a new split, and the weights keep the one that they were trained with",
      {
        remedy: "Leave it out, or give --new-split too",
      },
    );
  }
  const drawnAnew = dataset.films.length - kept - joined;
  if (joined + drawnAnew === 0 && (resume !== undefined || isSame(split, drawn))) return { split, notes: [] };
  const parts = [
    `${films(kept)} as before`,
    ...(joined > 0 ? [`${films(joined)} new, each with its patient's others`] : []),
    ...(drawnAnew > 0 ? [`${films(drawnAnew)} of new patients drawn`] : []),
  ];
  return { split, notes: [`The weights keep the split that they were trained with: ${parts.join(", ")}`] };
}

const isSame = (a: Split, b: Split) => splitNames.every((name) => `${a[name]}` === `${b[name]}`);

const films = (count: number) => `${count.toLocaleString("en-US")} film${count === 1 ? "" : "s"}`;

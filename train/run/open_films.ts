import { skipUnreadable, withoutFilms } from "../../data/checks/unreadable.ts";
import { identifyFilms, withDecoded } from "../../data/identity/identify.ts";
import type { Normalization } from "../../data/images/normalization.ts";
import type { Split } from "../../data/splits/split.ts";
import { type Batches, openBatches } from "../../data/stream/batches.ts";
import { decodeUnknown } from "../../data/stream/decode_unknown.ts";
import type { Cohort } from "../../lineage/cohort.ts";
import type { Generation } from "../../lineage/generation.ts";
import { recognize } from "../../lineage/recognize.ts";
import type { RunOptions } from "./run_options.ts";
import { splitRun, type SplitRunOptions } from "./split_run.ts";

/** What the films of a run follow from. */
export interface OpenFilmsOptions
  extends
    Pick<RunOptions, "dataset" | "onUnreadable" | "onDecoded">,
    Pick<SplitRunOptions, "splitSeed" | "newSplit" | "resume" | "withoutGone"> {
  /** The side of an image, in pixels. */
  readonly imageSize: number;
  readonly normalization: Normalization;
  /** What the first weights saw. */
  readonly lineage: readonly Generation[];
  /** The films that are known to be damaged, and why. */
  readonly unreadable: ReadonlyMap<number, string>;
  /** The memory for decoded films; see `BatchesOptions`. */
  readonly cacheBytes?: number;
}

/** The films of a run, opened and split. Disposing of them ends their decoders. */
export interface RunFilms extends AsyncDisposable {
  readonly batches: Batches;
  /** The films by what they are recognized by, without decoding any. */
  readonly cohort: Cohort;
  /** The same with what decoding has told by now. */
  readonly known: () => Cohort;
  readonly wholeSplit: Split;
  /** The split without the films that cannot be read. */
  readonly split: Split;
  /** Lines about the split. */
  readonly notes: readonly string[];
}

/**
 * Opens the films of a run: those that the first weights may know are decoded and recognized, and all are split.
 *
 * @throws {UserError} where they cannot be split
 */
export async function openFilms(
  { dataset, imageSize, normalization, lineage, unreadable, cacheBytes, ...options }: OpenFilmsOptions,
): Promise<RunFilms> {
  const cohort = await identifyFilms(dataset);
  await using cleanup = new AsyncDisposableStack();
  const batches = cleanup.use(openBatches(dataset, {
    imageSize,
    channels: [normalization],
    cacheBytes,
    unreadable,
    onUnreadable: (film, reason) => leaveOut(film, reason),
  }));
  await decodeUnknown(batches, dataset, recognize(lineage, cohort), options.onDecoded);
  const known = () => withDecoded(cohort, batches);
  const { split: wholeSplit, notes } = splitRun({ ...options, dataset, cohort: known(), lineage });
  const split = withoutFilms(wholeSplit, unreadable);
  const total = split.train.length + split.val.length + split.test.length;
  const leaveOut = skipUnreadable(dataset, { total, log: options.onUnreadable ?? (() => {}) });
  const opened = cleanup.move();
  return {
    batches,
    cohort,
    known,
    wholeSplit,
    split,
    notes,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

import type { Dataset } from "../data/dataset.ts";
import type { Batches } from "../data/stream/batches.ts";
import * as stream from "../data/stream/decode_unknown.ts";
import type { Recognition } from "../lineage/recognize.ts";
import { type ProgressDisplay, showProgress } from "../train/progress.ts";

/** A display of films that are decoded to be recognized: it begins with the first of them. */
export function decodingDisplay(): Disposable & { readonly onDecoded: (done: number, total: number) => void } {
  let display: ProgressDisplay | undefined;
  return {
    onDecoded(done, total) {
      display ??= showProgress("identifying films", total);
      display.update(done, done);
    },
    [Symbol.dispose]: () => display?.[Symbol.dispose](),
  };
}

/** Decodes the image files that a lineage does not know, and shows the progress. */
export async function decodeUnknown(
  batches: Pick<Batches, "identify">,
  dataset: Dataset,
  recognition: Recognition,
): Promise<void> {
  using display = decodingDisplay();
  await stream.decodeUnknown(batches, dataset, recognition, display.onDecoded);
}

/** Decodes those of the films that are image files, and shows the progress. */
export async function decodeFiles(
  batches: Pick<Batches, "identify">,
  dataset: Dataset,
  films: readonly number[],
  { keep }: { readonly keep: boolean },
): Promise<void> {
  using display = decodingDisplay();
  await stream.decodeFiles(batches, dataset, films, { keep, onDecoded: display.onDecoded });
}

import type { Batches } from "../data/stream/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Recognition } from "../lineage/recognize.ts";
import { showProgress } from "../train/progress.ts";

/**
 * Decodes the image files that nothing is known of by their bytes, so that renamed and re-encoded copies are known by their
 * pixels. Nothing is done where the lineage holds no digests.
 */
export async function decodeUnknown(
  batches: Pick<Batches, "identify">,
  dataset: Dataset,
  { films, recorded }: Recognition,
): Promise<void> {
  if (!recorded) return;
  const unknown = [...films.keys()].filter((film) => films[film].split === undefined);
  await decodeFiles(batches, dataset, unknown, { keep: true });
}

/** Decodes those of the films that are image files, for the digests of their pixels. */
export async function decodeFiles(
  batches: Pick<Batches, "identify">,
  dataset: Dataset,
  films: readonly number[],
  options: { readonly keep: boolean },
): Promise<void> {
  const files = films.filter((film) => dataset.films[film].path !== undefined);
  using display = showProgress("identifying films", files.length);
  await batches.identify(files, { ...options, onProgress: (done) => display.update(done, done) });
}

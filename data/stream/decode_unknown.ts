import type { Recognition } from "../../lineage/recognize.ts";
import type { Dataset } from "../dataset.ts";
import type { Batches } from "./batches.ts";

/** Receives the number of films decoded so far, and of all films. */
type OnDecoded = (done: number, total: number) => void;

/**
 * Decodes the image files that a lineage does not know by their bytes, so that renamed and re-encoded copies are known by their pixels.
 * Nothing is done where the lineage holds no digests.
 */
export async function decodeUnknown(
  batches: Pick<Batches, "identify">,
  dataset: Pick<Dataset, "films">,
  { films, recorded }: Recognition,
  onDecoded?: OnDecoded,
): Promise<void> {
  if (!recorded) return;
  const unknown = [...films.keys()].filter((film) => films[film].split === undefined);
  await decodeFiles(batches, dataset, unknown, { keep: true, onDecoded });
}

/** Decodes those of the films that are image files, for the digests of their pixels; `keep` keeps them for the batches. */
export async function decodeFiles(
  batches: Pick<Batches, "identify">,
  dataset: Pick<Dataset, "films">,
  films: readonly number[],
  { keep, onDecoded }: { readonly keep: boolean; readonly onDecoded?: OnDecoded },
): Promise<void> {
  const files = films.filter((film) => dataset.films[film].path !== undefined);
  await batches.identify(files, { keep, onProgress: (done) => onDecoded?.(done, files.length) });
}

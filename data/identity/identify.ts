import type { Cohort, FilmIdentity } from "../../lineage/cohort.ts";
import type { Dataset } from "../dataset.ts";
import type { Batches } from "../stream/batches.ts";

/** Identifies a dataset's films for a lineage without decoding any: 112,120 files take seconds. */
export async function identifyFilms(
  dataset: Pick<Dataset, "kind" | "synthetic" | "films" | "namesPatients" | "identify">,
  { onProgress }: { readonly onProgress?: (done: number, total: number) => void } = {},
): Promise<Cohort> {
  const { kind, synthetic, namesPatients } = dataset, films: FilmIdentity[] = [];
  const nameOf = shortestNames(dataset.films);
  for (const [i, { patient }] of dataset.films.entries()) {
    films.push({ ...await dataset.identify(i), name: nameOf(i), ...(namesPatients && { patient }) });
    if (i % 512 === 511) {
      onProgress?.(i + 1, dataset.films.length);
      await new Promise((resolve) => setTimeout(resolve)); // lets the progress bar and Ctrl-C have a turn
    }
  }
  onProgress?.(films.length, films.length);
  return { kind, synthetic, films };
}

/**
 * Names films by their files without the folders, where no two are alike, so that `images_001/a.png` in one table and `a.png` in
 * another mean the same film.
 */
function shortestNames(films: Dataset["films"]): (film: number) => string {
  const own = films.map(({ image, path }) => path === undefined ? image : image.split(/[/\\]/).at(-1) ?? image);
  const unique = new Set(own).size === films.length;
  return (film) => unique ? own[film] : films[film].image;
}

/** Adds what decoding has found to a cohort: digests of pixels, and films that cannot be decoded. */
export function withDecoded(
  { films, ...cohort }: Cohort,
  { pixelDigests, undecodable }: Pick<Batches, "pixelDigests" | "undecodable">,
): Cohort {
  return {
    ...cohort,
    films: films.map((film, i) =>
      pixelDigests.has(i)
        ? { ...film, pixels: pixelDigests.get(i) }
        : undecodable.has(i)
        ? { ...film, damaged: true }
        : film
    ),
  };
}

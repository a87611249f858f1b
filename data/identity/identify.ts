import type { Cohort, FilmIdentity } from "../../lineage/cohort.ts";
import type { Batches } from "../stream/batches.ts";
import type { Dataset } from "../dataset.ts";

/** A dataset's films by what they are known again by without decoding one: 112,120 files in seconds. */
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
      await new Promise((resolve) => setTimeout(resolve)); // a progress bar and Ctrl-C want a turn
    }
  }
  onProgress?.(films.length, films.length);
  return { kind, synthetic, films };
}

/**
 * Names of films: of files without their folders, where no two are alike, so that a table which writes `images_001/a.png` and one
 * which writes `a.png` mean one film.
 */
function shortestNames(films: Dataset["films"]): (film: number) => string {
  const own = films.map(({ image, path }) => path === undefined ? image : image.split(/[/\\]/).at(-1) ?? image);
  const unique = new Set(own).size === films.length;
  return (film) => unique ? own[film] : films[film].image;
}

/** The same cohort with what decoding has told since: digests of pixels, and films that cannot be decoded. */
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

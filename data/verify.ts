import { UserError } from "../errors.ts";
import type { Dataset } from "./dataset.ts";
import { imageFault } from "./image_ends.ts";

/** A film that cannot be used. */
export interface FilmProblem {
  /** The image's path, or its name where it has none. */
  readonly image: string;
  /** `truncated`, `not there`, … */
  readonly reason: string;
}

/** Every damaged film of a dataset of files, found by the files' ends: 112,000 in seconds. See {@linkcode imageFault}. */
export async function findProblems(
  { films }: Pick<Dataset, "films">,
  { onProgress }: { readonly onProgress?: (done: number, total: number) => void } = {},
): Promise<FilmProblem[]> {
  const problems: FilmProblem[] = [];
  for (const [i, { path }] of films.entries()) {
    const reason = path && imageFault(path);
    if (path && reason) problems.push({ image: path, reason });
    if (i % 512 === 511) {
      onProgress?.(i + 1, films.length);
      await new Promise((resolve) => setTimeout(resolve)); // a progress bar and Ctrl-C want a turn
    }
  }
  onProgress?.(films.length, films.length);
  return problems;
}

/**
 * Makes sure, before anything starts, that every film can be had. Throws one {@linkcode UserError} that counts all missing
 * images (rows of the table without a file) and all damaged ones, and names the first of each.
 */
export async function verifyFilms(
  dataset: Dataset,
  options: { readonly onProgress?: (done: number, total: number) => void } = {},
): Promise<void> {
  await dataset.check?.();
  const { missing, films } = dataset, problems = await findProblems(dataset, options);
  const lost = missing && !missing.expected ? missing.count : 0, total = films.length + lost;
  const parts: string[] = [];
  if (lost > 0) parts.push(`${countOf(lost, total)} missing, first: ${missing?.first}`);
  if (problems.length > 0) {
    const [{ image, reason }] = problems;
    parts.push(`${countOf(problems.length, total)} damaged, first: ${image} (${reason})`);
  }
  if (parts.length === 0) return;
  throw new UserError(`${dataset.name}: ${parts.join("; ")}`, {
    remedy: "Restore them, or remove their rows from the table",
  });
}

function countOf(count: number, total: number): string {
  return `${count} of ${total} images ${count === 1 ? "is" : "are"}`;
}

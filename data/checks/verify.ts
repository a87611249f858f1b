import { UserError } from "../../errors.ts";
import type { Dataset } from "../dataset.ts";
import { dicomRemedy } from "../images/dicom.ts";
import { dicomFault, imageFault } from "../images/image_ends.ts";

/** A film that cannot be used. */
export interface FilmProblem {
  /** Index of the film in the dataset. */
  readonly film: number;
  /** The image's path. */
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
    if (path && reason) problems.push({ film: i, image: path, reason });
    if (i % 512 === 511) {
      onProgress?.(i + 1, films.length);
      await new Promise((resolve) => setTimeout(resolve)); // a progress bar and Ctrl-C want a turn
    }
  }
  onProgress?.(films.length, films.length);
  return problems;
}

/** Options of {@linkcode verifyFilms}. */
export interface VerifyOptions {
  readonly onProgress?: (done: number, total: number) => void;
  /** What a missing or damaged film does: ends the work before it starts (the default), or is left out. */
  readonly onBadImage?: "error" | "skip";
}

/** The films that {@linkcode verifyFilms} leaves out. */
export interface LeftOut {
  /** The damaged ones, and why; `openBatches` passes over them. */
  readonly unreadable: ReadonlyMap<number, string>;
  /** One line that counts and names them; undefined where every film can be had. */
  readonly note?: string;
}

/** How many films of a kind {@linkcode verifyFilms} names where it leaves them out. */
const named = 5;

/**
 * Makes sure, before anything starts, that every film can be had. Throws one {@linkcode UserError} that counts all missing
 * images (rows of the table without a file), all damaged ones and all of DICOM, and names the first of each; with `onBadImage: "skip"` it
 * returns those that have to be left out instead.
 */
export async function verifyFilms(
  dataset: Dataset,
  { onProgress, onBadImage = "error" }: VerifyOptions = {},
): Promise<LeftOut> {
  await dataset.check?.();
  const { missing, films } = dataset, problems = await findProblems(dataset, { onProgress });
  const lost = missing && !missing.expected ? missing.count : 0, total = films.length + lost;
  const most = onBadImage === "skip" ? named : 1;
  const parts: string[] = [];
  if (lost > 0) parts.push(`${countOf(lost, total)} missing, first: ${missing?.first}`);
  const [dicom = [], damaged = []] = [true, false].map((is) =>
    problems.filter(({ reason }) => is === (reason === dicomFault))
  );
  if (damaged.length > 0) {
    const names = damaged.slice(0, most).map(({ image, reason }) => `${image} (${reason})`).join(", ");
    parts.push(`${countOf(damaged.length, total)} damaged, first: ${names}`);
  }
  if (dicom.length > 0) {
    const names = dicom.slice(0, most).map(({ image }) => image).join(", ");
    parts.push(`${countOf(dicom.length, total)} DICOM, which is not read yet, first: ${names}`);
  }
  const unreadable = new Map(problems.map(({ film, reason }) => [film, reason]));
  if (parts.length === 0) return { unreadable };
  const summary = `${dataset.name}: ${parts.join("; ")}`;
  if (onBadImage === "skip") return { unreadable, note: `${summary}. They are left out (--on-bad-image skip)` };
  const others = "remove their rows from the table, or leave them out with --on-bad-image skip";
  throw new UserError(summary, {
    remedy: dicom.length > 0 ? `${dicomRemedy}; or ${others}` : `Restore them, ${others}`,
  });
}

function countOf(count: number, total: number): string {
  return `${count} of ${total} images ${count === 1 ? "is" : "are"}`;
}

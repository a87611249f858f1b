import { UserError } from "../../errors.ts";
import type { Dataset } from "../dataset.ts";
import { dicomRemedy } from "../images/dicom.ts";
import { dicomFault, imageFault } from "../images/image_ends.ts";

/** A damaged film. */
export interface FilmProblem {
  /** Index of the film in the dataset. */
  readonly film: number;
  /** The path of its image. */
  readonly image: string;
  /** What is wrong: `truncated`, `not there`, … */
  readonly reason: string;
}

/** Finds the damaged films of a dataset of files by the files' beginnings and ends, 112,000 in seconds; see {@linkcode imageFault}. */
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
      await new Promise((resolve) => setTimeout(resolve)); // lets the progress bar and Ctrl-C have a turn
    }
  }
  onProgress?.(films.length, films.length);
  return problems;
}

/** Options of {@linkcode verifyFilms}. */
export interface VerifyOptions {
  /** Called now and then with the number of films checked, and of all. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Whether a missing or damaged film is an error, which is the default, or is left out. */
  readonly onBadImage?: "error" | "skip";
}

/** What {@linkcode verifyFilms} has found. */
export interface VerifyResult {
  /** The damaged films, and why; give them to `openBatches`, which skips them. */
  readonly unreadable: ReadonlyMap<number, string>;
  /** One line that counts and names them; absent where every film is there and undamaged. */
  readonly note?: string;
}

/** How many films of a kind {@linkcode verifyFilms} names where it leaves them out. */
const maxNamed = 5;

/**
 * Checks that every film of a dataset is there and undamaged, as far as its file's beginning and end tell. With
 * `onBadImage: "skip"` it returns the damaged films instead of throwing.
 *
 * @throws {UserError} one for all: it counts the missing images (rows of the table without a file), the damaged ones and the DICOM
 * files, and names the first of each
 */
export async function verifyFilms(
  dataset: Dataset,
  { onProgress, onBadImage = "error" }: VerifyOptions = {},
): Promise<VerifyResult> {
  await dataset.check?.();
  const { missing, films } = dataset, problems = await findProblems(dataset, { onProgress });
  const lost = missing && !missing.expected ? missing.count : 0, total = films.length + lost;
  const shown = onBadImage === "skip" ? maxNamed : 1;
  const parts: string[] = [];
  if (lost > 0) parts.push(`${countOf(lost, total)} missing, first: ${missing?.first}`);
  const dicom = problems.filter(({ reason }) => reason === dicomFault);
  const damaged = problems.filter(({ reason }) => reason !== dicomFault);
  if (damaged.length > 0) {
    const names = damaged.slice(0, shown).map(({ image, reason }) => `${image} (${reason})`).join(", ");
    parts.push(`${countOf(damaged.length, total)} damaged, first: ${names}`);
  }
  if (dicom.length > 0) {
    const names = dicom.slice(0, shown).map(({ image }) => image).join(", ");
    parts.push(`${countOf(dicom.length, total)} DICOM, which Thorax does not read yet, first: ${names}`);
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

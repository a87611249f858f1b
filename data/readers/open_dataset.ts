import { basename, dirname } from "node:path";
import { systemReason, UserError } from "../../errors.ts";
import type { Dataset } from "../dataset.ts";
import { entries } from "../files/folder.ts";
import { dicomHead, isDicom } from "../images/dicom.ts";
import { imageFormat } from "../images/image_format.ts";
import { labelDictFile, readLabelDict } from "../tables/label_dict.ts";
import type { DatasetPlace, DatasetSource, FileReader } from "./reader.ts";
import { type DatasetKind, datasetKind, readers } from "./readers.ts";
import { unrecognized } from "./unrecognized.ts";

/** Options of {@linkcode openDataset}. */
export interface OpenDatasetOptions {
  /** The folder of films and labels, the `.npz` file, or the label table, which stands for its folder; absent for the phantom. */
  readonly directory?: string;
  /** What `directory` is taken for; `auto`, the default, looks. */
  readonly kind?: DatasetKind;
}

/**
 * Opens a dataset: a folder of films with a label table, one file that holds both, or without a directory the synthetic films of
 * the phantom. A `label_dict.txt` in the folder sets the labels and their order. Opening decodes no image; `verifyFilms` says
 * whether each film can be read.
 *
 * @throws {UserError} where nothing is there, no reader recognizes it, or what is there contradicts itself
 *
 * @example
 * ```ts
 * import { openDataset } from "@thorax/thorax";
 * const { films, synthetic } = await openDataset({ kind: "phantom" });
 * console.assert(films.length === 640 && synthetic);
 * ```
 */
export async function openDataset({ directory, kind = "auto" }: OpenDatasetOptions = {}): Promise<Dataset> {
  const name = datasetKind(kind), candidates = name === "auto" ? Object.values(readers) : [readers[name]];
  const fileReaders = candidates.filter((reader) => reader.from === "files");
  if (directory === undefined) {
    const synthetic = candidates.find((reader) => reader.from === "program");
    if (synthetic) return synthetic.open();
    throw new UserError(`--dataset ${kind} needs a folder of films`, { remedy: "Give it with --data-dir" });
  }
  if (fileReaders.length === 0) {
    throw new UserError(`--dataset ${kind} reads no folder, and ${directory} is given`, {
      remedy: "Leave out --data-dir, or choose another --dataset",
    });
  }
  return await openPlace(await placeOf(directory), fileReaders);
}

async function openPlace(place: DatasetPlace, candidates: readonly FileReader[]): Promise<Dataset> {
  if (place.isFile) refuseImage(place.path);
  const folder = place.isFile ? dirname(place.path) : place.path;
  const labels = await readLabelDict(`${folder}/${labelDictFile}`);
  for (const [i, reader] of candidates.entries()) {
    const source = await reader.find(place);
    if (source === undefined) continue;
    const dataset = await reader.open(source, { labels });
    return { ...dataset, notes: [...await unreadNote(place, source, candidates.slice(i + 1)), ...dataset.notes] };
  }
  throw await unrecognized(place, candidates);
}

/** The line on files of a folder that could have been opened in place of its source. */
async function unreadNote(
  place: DatasetPlace,
  source: DatasetSource,
  others: readonly FileReader[],
): Promise<string[]> {
  if (place.isFile) return [];
  const chosen = basename(source.path), names = (await entries(place.path)).map(({ name }) => name);
  const ofOthers = names.filter((name) => name !== chosen && others.some(({ mayRead }) => mayRead(name)));
  const unread = new Set([...source.others, ...ofOthers]);
  return unread.size === 0 ? [] : [`The labels are read from ${chosen}, and not from ${[...unread].join(", ")}`];
}

/** Refuses one film in place of a dataset. */
function refuseImage(path: string): void {
  using file = Deno.openSync(path);
  const head = new Uint8Array(dicomHead), format = file.readSync(head) ? imageFormat(head) : undefined;
  if (format === undefined && !isDicom(head, path)) return;
  throw new UserError(`${path} is one film (${format === undefined ? "DICOM" : format.toUpperCase()}), not a dataset`, {
    remedy: "Name the folder of the films and their labels with --data-dir; deno task predict takes single films",
  });
}

async function placeOf(directory: string): Promise<DatasetPlace> {
  const path = directory.replace(/(?<=.)\/+$/, "");
  try {
    const { isFile, isDirectory } = await Deno.stat(path);
    if (!isFile && !isDirectory) throw new UserError(`${path} is neither a folder nor a regular file`);
    return { path, isFile };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new UserError(`${path} does not exist`);
    throw error instanceof Deno.errors.NotCapable || error instanceof UserError
      ? error
      : new UserError(`cannot read ${path}: ${systemReason(error)}`, { cause: error });
  }
}

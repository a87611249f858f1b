import { basename, dirname } from "node:path";
import { systemReason, UserError } from "../../errors.ts";
import type { Dataset } from "../dataset.ts";
import { dicomHead, isDicom } from "../images/dicom.ts";
import { entries } from "../files/folder.ts";
import { imageFormat } from "../images/image_format.ts";
import { labelDictFile, nihLabels, ownLabelsNote, readLabelDict } from "../labels.ts";
import { isMedmnist, medmnistArrays, openMedmnist } from "./medmnist.ts";
import { openNih } from "./nih.ts";
import { findNihTable, isTableName } from "./nih_files.ts";
import { openPhantom } from "../phantom/phantom.ts";
import { unrecognized } from "./unrecognized.ts";

/** The layouts that {@linkcode openDataset} reads; `auto` looks which it is. */
export const datasetKinds = ["auto", "nih", "medmnist", "phantom"] as const;

/** A value of `--dataset`. */
export type DatasetKind = (typeof datasetKinds)[number];

/**
 * Opens a folder of films, an `.npz` file, or the folder of a table, which is then its label table; without a directory, the phantom.
 * Decodes nothing. A `label_dict.txt` in the folder sets the labels and their order.
 *
 * Throws a {@linkcode UserError} where nothing is there, nothing is recognized, or what is there contradicts itself; whether
 * each film can be decoded is `verifyFilms`' question.
 */
export async function openDataset(
  { directory, kind = "auto" }: { readonly directory?: string; readonly kind?: DatasetKind },
): Promise<Dataset> {
  if (kind === "phantom" || (directory === undefined && kind === "auto")) {
    if (directory === undefined) return openPhantom();
    throw new UserError(`the phantom reads no folder, and ${directory} is given`, {
      remedy: "Leave out --data-dir, or choose another --dataset",
    });
  }
  if (directory === undefined) {
    throw new UserError(`--dataset ${kind} needs a folder of films`, { remedy: "Give it with --data-dir" });
  }
  const place = directory.replace(/(?<=.)\/+$/, "");
  return (await stat(place)).isFile ? await openFile(place, kind) : await openFolder(place, kind);
}

/** A kind that is read from a place. */
type Readable = Exclude<DatasetKind, "phantom">;

async function openFolder(place: string, kind: Readable): Promise<Dataset> {
  const own = await readLabelDict(`${place}/${labelDictFile}`);
  const table = kind === "medmnist" ? undefined : await findNihTable(place);
  if (table !== undefined) {
    const unread = [...table.others, ...kind === "auto" ? await npzFiles(place) : []];
    const note = `The labels are read from ${basename(table.path)}, and not from ${unread.join(", ")}`;
    return await openTable(table.path, own, unread.length > 0 ? [note] : []);
  }
  const archive = kind === "nih" ? undefined : await findNpz(place);
  if (archive !== undefined && await isMedmnist(archive)) return await openMedmnist(archive, own);
  throw await unrecognized(place, looksOf(kind));
}

/** An `.npz` file, or a table, which stands for its folder. */
async function openFile(place: string, kind: Readable): Promise<Dataset> {
  refuseImage(place);
  const own = await readLabelDict(`${dirname(place)}/${labelDictFile}`);
  const isTable = isTableName(basename(place)) || /\.txt(\.gz)?$/i.test(place);
  if (kind !== "medmnist" && isTable) return await openTable(place, own, []);
  if (kind !== "nih" && !isTable && await isMedmnist(place)) return await openMedmnist(place, own);
  throw await unrecognized(place, looksOf(kind));
}

async function openTable(path: string, own: readonly string[] | undefined, notes: readonly string[]): Promise<Dataset> {
  const dataset = await openNih(dirname(path), path, own ?? nihLabels);
  const labels = ownLabelsNote(own, { name: "NIH", labels: nihLabels });
  return { ...dataset, notes: [...labels, ...notes, ...dataset.notes] };
}

/** Refuses one film in place of a dataset. */
function refuseImage(path: string): void {
  using file = Deno.openSync(path);
  const head = new Uint8Array(dicomHead), format = file.readSync(head) ? imageFormat(head) : undefined;
  if (format === undefined && !isDicom(head, path)) return;
  throw new UserError(
    `${path} is ${format === undefined ? "DICOM" : format.toUpperCase()}, which is a film and no dataset`,
    {
      remedy: "Name the folder of the films and their labels with --data-dir; films alone are for deno task predict",
    },
  );
}

const nihLooks = "a label table (Data_Entry*.csv or .csv.gz, with the columns Image Index, Finding Labels, Patient ID)";
const medmnistLooks = `an .npz file with the arrays ${medmnistArrays.join(", ")}`;

function looksOf(kind: Readable): string[] {
  return [...(kind === "medmnist" ? [] : [nihLooks]), ...(kind === "nih" ? [] : [medmnistLooks])];
}

async function stat(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new UserError(`${path} does not exist`);
    throw error instanceof Deno.errors.NotCapable
      ? error
      : new UserError(`cannot read ${path}: ${systemReason(error)}`, { cause: error });
  }
}

async function npzFiles(folder: string): Promise<string[]> {
  return (await entries(folder)).map(({ name }) => name).filter((name) => name.endsWith(".npz"));
}

/** The `.npz` file of a folder; of several, a choice is asked for. */
async function findNpz(folder: string): Promise<string | undefined> {
  const files = await npzFiles(folder);
  if (files.length <= 1) return files.length === 1 ? `${folder}/${files[0]}` : undefined;
  throw new UserError(`${folder} has several .npz files: ${files.join(", ")}`, {
    remedy: `Name one, for example --data-dir ${folder}/${files[0]}`,
  });
}

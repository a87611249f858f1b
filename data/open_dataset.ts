import { basename } from "node:path";
import { UserError } from "../errors.ts";
import type { Dataset } from "./dataset.ts";
import { entries } from "./folder.ts";
import { labelDictFile, nihLabels, ownLabelsNote, readLabelDict } from "./labels.ts";
import { isMedmnist, medmnistArrays, openMedmnist } from "./medmnist.ts";
import { openNih } from "./nih.ts";
import { findNihTable } from "./nih_files.ts";
import { openPhantom } from "./phantom.ts";

/** The layouts that {@linkcode openDataset} reads; `auto` looks which it is. */
export const datasetKinds = ["auto", "nih", "medmnist", "phantom"] as const;

/** A value of `--dataset`. */
export type DatasetKind = (typeof datasetKinds)[number];

/**
 * Opens a folder (or an `.npz` file) of films; without a directory, the phantom. Decodes nothing. A `label_dict.txt` in the folder sets
 * the labels and their order.
 *
 * Throws a {@linkcode UserError} where nothing is there, nothing is recognised, or what is there contradicts itself; whether
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
  const { isFile } = await stat(place);
  const folder = isFile ? place.replace(/\/?[^/]*$/, "") || "." : place;
  const own = await readLabelDict(`${folder}/${labelDictFile}`), labels = own ?? nihLabels;
  if (kind !== "medmnist" && !isFile) {
    const table = await findNihTable(place);
    if (table !== undefined) {
      const notes = ownLabelsNote(own, { name: "NIH", labels: nihLabels });
      const unread = [...table.others, ...kind === "auto" ? await npzFiles(place) : []];
      if (unread.length > 0) {
        notes.push(`The labels are read from ${basename(table.path)}, and not from ${unread.join(", ")}`);
      }
      return withNotes(notes, await openNih(place, table.path, labels));
    }
  }
  if (kind !== "nih") {
    const file = isFile ? place : await findNpz(place);
    if (file !== undefined && await isMedmnist(file)) return await openMedmnist(file, own);
  }
  throw unrecognised(place, kind === "auto" ? [nihLooks, medmnistLooks] : [kind === "nih" ? nihLooks : medmnistLooks]);
}

const nihLooks = "a label table (Data_Entry*.csv or .csv.gz, with the columns Image Index, Finding Labels, Patient ID)";
const medmnistLooks = `an .npz file with the arrays ${medmnistArrays.join(", ")}`;

function unrecognised(place: string, looks: readonly string[]): UserError {
  return new UserError(`${place} is no dataset that is known: looked for ${looks.join(", and for ")}`);
}

async function stat(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new UserError(`${path} does not exist`);
    throw error;
  }
}

const withNotes = (notes: readonly string[], dataset: Dataset): Dataset => ({
  ...dataset,
  notes: [...notes, ...dataset.notes],
});

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

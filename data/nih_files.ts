import { statSync } from "node:fs";
import { UserError } from "../errors.ts";
import { keyOf } from "./identifiers.ts";
import { readTable } from "./table.ts";

/** The image files of a folder. */
export interface ImageFiles {
  /** By name (see {@linkcode keyOf}). */
  readonly paths: ReadonlyMap<string, string>;
  /** Names that more than one file has: the file that is taken, and the first that is not. */
  readonly twice: readonly { readonly taken: string; readonly left: string }[];
}

/**
 * Image files of a folder in NIH's layout: `images/`, `images_001/images/` … `images_012/images/`, or flat. Of several files of one
 * name the first is taken: beside the table, then in the order of the folders' names.
 */
export async function listImages(directory: string): Promise<ImageFiles> {
  const folders = [directory];
  for (const { name, isFile } of await entries(directory)) {
    if (!isFile && /^images(_\d+)?$/.test(name)) folders.push(`${directory}/${name}`, `${directory}/${name}/images`);
  }
  const paths = new Map<string, string>(), left = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of await entries(folder)) {
      const path = `${folder}/${entry.name}`, key = keyOf(entry.name);
      if (!/\.(png|jpe?g)$/i.test(entry.name) || !mayBeFile(entry, path)) continue;
      const first = paths.get(key);
      if (first === undefined) paths.set(key, path);
      else if (!left.has(key)) left.set(key, path);
    }
  }
  return { paths, twice: [...left].map(([key, path]) => ({ taken: paths.get(key) ?? "", left: path })) };
}

/** A file, or a link to one or to nothing, which is a film that is not there. Opening a pipe would wait for its writer. */
function mayBeFile({ isFile, isSymlink }: Deno.DirEntry, path: string): boolean {
  return isFile || isSymlink && (statSync(path, { throwIfNoEntry: false })?.isFile() ?? true);
}

/** The label table of a folder, and those that are there besides. */
export interface FoundTable {
  readonly path: string;
  /** File names. */
  readonly others: readonly string[];
}

/**
 * The label table of a folder, if it has one: `Data_Entry*.csv` (of several the last, which is the later edition), else the CSV file
 * whose columns look like it. `.csv.gz` as well.
 */
export async function findNihTable(directory: string): Promise<FoundTable | undefined> {
  const names = (await entries(directory)).map(({ name }) => name).filter((name) => /\.csv(\.gz)?$/i.test(name));
  const tables: string[] = [];
  for (const name of names) {
    if (name.startsWith("Data_Entry") || await looksLikeLabels(`${directory}/${name}`)) tables.push(name);
  }
  const published = tables.findLast((name) => name.startsWith("Data_Entry"));
  if (published === undefined && tables.length > 1) {
    throw new UserError(`${directory} has several label tables: ${tables.join(", ")}`, { remedy: "Keep one of them" });
  }
  const [chosen] = published === undefined ? tables : [published];
  if (chosen === undefined) return undefined;
  return { path: `${directory}/${chosen}`, others: tables.filter((name) => name !== chosen) };
}

async function looksLikeLabels(path: string): Promise<boolean> {
  try {
    const { columns } = await readTable(path);
    return columns.includes("Finding Labels") || (columns.includes("Image Index") && columns.includes("Patient ID"));
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** A folder's entries by name; none where there is no such folder. */
export async function entries(directory: string): Promise<Deno.DirEntry[]> {
  try {
    const found = await Array.fromAsync(Deno.readDir(directory));
    return found.sort((a, b) => a.name < b.name ? -1 : 1); // the system's own order differs from disk to disk
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw error;
  }
}

import { UserError } from "../errors.ts";
import { readTable } from "./table.ts";

/** Image files of a folder in NIH's layout by name: `images/`, `images_001/images/` … `images_012/images/`, or flat. */
export async function listImages(directory: string): Promise<Map<string, string>> {
  const folders = [directory];
  for (const { name, isFile } of await entries(directory)) {
    if (!isFile && /^images(_\d+)?$/.test(name)) folders.push(`${directory}/${name}`, `${directory}/${name}/images`);
  }
  const images = new Map<string, string>();
  for (const folder of folders) {
    for (const { name, isDirectory } of await entries(folder)) {
      if (!isDirectory && /\.(png|jpe?g)$/i.test(name) && !images.has(name)) images.set(name, `${folder}/${name}`);
    }
  }
  return images;
}

/**
 * The label table of a folder, if it has one: `Data_Entry*.csv` (of several the last, which is the later edition), else the CSV file
 * whose columns look like it. `.csv.gz` as well.
 */
export async function findNihTable(directory: string): Promise<string | undefined> {
  const names = (await entries(directory)).map(({ name }) => name).filter((name) => /\.csv(\.gz)?$/i.test(name)).sort();
  const published = names.findLast((name) => name.startsWith("Data_Entry"));
  if (published) return `${directory}/${published}`;
  const tables: string[] = [];
  for (const name of names) if (await looksLikeLabels(`${directory}/${name}`)) tables.push(name);
  if (tables.length > 1) {
    throw new UserError(`${directory} has several label tables: ${tables.join(", ")}`, { remedy: "Keep one of them" });
  }
  return tables.length === 1 ? `${directory}/${tables[0]}` : undefined;
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

/** The names in a list file, one a line; `undefined` where there is no such file. */
export async function readList(path: string): Promise<Set<string> | undefined> {
  try {
    const lines = (await Deno.readTextFile(path)).split(/\r?\n/).map((line) => line.trim());
    return new Set(lines.filter((line) => line !== ""));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** A folder's entries; none where there is no such folder. */
export async function entries(directory: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(directory));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw error;
  }
}

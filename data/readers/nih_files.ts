import { UserError } from "../../errors.ts";
import { entries } from "../files/folder.ts";
import { readTable } from "../tables/table.ts";

/** The label table of a folder, and those that are there besides. */
export interface FoundTable {
  readonly path: string;
  /** File names. */
  readonly others: readonly string[];
}

/** Whether a file's name is that of a table of text. */
export const isTableName = (name: string): boolean => !name.startsWith(".") && /\.(csv|tsv|tab)(\.gz)?$/i.test(name);

/**
 * The label table of a folder, if it has one: `Data_Entry*.csv` (of several the last, which is the later edition), else the table
 * whose columns look like it: `.csv`, `.tsv`, also gzipped.
 */
export async function findNihTable(directory: string): Promise<FoundTable | undefined> {
  const names = (await entries(directory)).map(({ name }) => name).filter(isTableName);
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

/** Whether a table has the columns of NIH's. */
export async function looksLikeLabels(path: string): Promise<boolean> {
  try {
    const { columns } = await readTable(path);
    return columns.includes("Finding Labels") || (columns.includes("Image Index") && columns.includes("Patient ID"));
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

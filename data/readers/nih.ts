import { basename, dirname } from "node:path";
import { UserError } from "../../errors.ts";
import { entries } from "../files/folder.ts";
import { nihLabels } from "../labels.ts";
import { customLabelsNote } from "../tables/label_dict.ts";
import { isTableName, isTextTableName, readTable } from "../tables/table.ts";
import { openNih } from "./nih_films.ts";
import type { DatasetSource, FileReader } from "./reader.ts";

/** NIH ChestX-ray14's layout: a label table, and images beside or below it. */
export const nih: FileReader = {
  from: "files",
  looks: "a label table (Data_Entry*.csv or .csv.gz, with the columns Image Index, Finding Labels, Patient ID)",
  mayRead: isTableName,
  async find({ path, isFile }) {
    if (!isFile) return await findTable(path);
    return isTextTableName(basename(path)) ? { path, others: [] } : undefined;
  },
  async open({ path }, { labels }) {
    const dataset = await openNih(dirname(path), path, labels ?? nihLabels);
    const note = customLabelsNote(labels, { name: "NIH", labels: nihLabels });
    return { ...dataset, notes: [...note, ...dataset.notes] };
  },
};

/**
 * Finds the label table of a folder: `Data_Entry*.csv` (the last by name, which is the later edition), else the one table with
 * NIH's columns.
 */
async function findTable(directory: string): Promise<DatasetSource | undefined> {
  const names = (await entries(directory)).map(({ name }) => name).filter(isTableName);
  const tables: string[] = [];
  for (const name of names) {
    if (name.startsWith("Data_Entry") || await hasNihColumns(`${directory}/${name}`)) tables.push(name);
  }
  const published = tables.findLast((name) => name.startsWith("Data_Entry"));
  if (published === undefined && tables.length > 1) {
    throw new UserError(`${directory} has several label tables: ${tables.join(", ")}`, { remedy: "Keep one of them" });
  }
  const [chosen] = published === undefined ? tables : [published];
  if (chosen === undefined) return undefined;
  return { path: `${directory}/${chosen}`, others: tables.filter((name) => name !== chosen) };
}

async function hasNihColumns(path: string): Promise<boolean> {
  try {
    const { columns } = await readTable(path);
    return columns.includes("Finding Labels") || (columns.includes("Image Index") && columns.includes("Patient ID"));
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

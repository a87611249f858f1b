import { UserError } from "../../errors.ts";
import { dicomRemedy } from "../images/dicom.ts";
import { entries } from "../files/folder.ts";
import { dicomFault, imageFault } from "../images/image_ends.ts";
import { allImages, isImageName } from "../files/image_files.ts";
import { isTableName, looksLikeLabels } from "./nih_files.ts";
import { readTable } from "../tables/table.ts";

/** The most columns of a table that are named. */
const mostColumns = 8;

/** The error of a folder or file that is no dataset: what was looked for, and what is there in its place. */
export async function unrecognized(place: string, looks: readonly string[]): Promise<UserError> {
  const hints = Deno.statSync(place).isDirectory
    ? [...await tableHints(place), ...await deeperHints(place), ...await dicomHints(place)]
    : fileHints(place);
  return new UserError(`${place} is no dataset that is known: looked for ${looks.join(", and for ")}`, {
    remedy: hints.length > 0 ? hints.join(". ") : undefined,
  });
}

async function tableHints(folder: string): Promise<string[]> {
  const names = (await entries(folder)).map(({ name }) => name);
  const tables = names.filter(isTableName).map(async (name) => `${name} ${await describeTable(`${folder}/${name}`)}`);
  return [...await Promise.all(tables), ...names.filter(isSpreadsheet).map(saveAsCsv)];
}

const isSpreadsheet = (name: string) => /\.(xlsx?|ods)$/i.test(name);
const saveAsCsv = (name: string) => `Save ${name} as CSV`;

function fileHints(file: string): string[] {
  if (isSpreadsheet(file)) return [saveAsCsv(file)];
  return /\.zip$/i.test(file) ? ["Unpack it, and name the folder"] : [];
}

async function describeTable(path: string): Promise<string> {
  try {
    const { columns } = await readTable(path), more = columns.length > mostColumns ? ", …" : "";
    return `has the columns ${columns.slice(0, mostColumns).join(", ")}${more}`;
  } catch (error) {
    if (error instanceof UserError) return `cannot be read: ${error.message}`;
    throw error;
  }
}

/** A label table one folder deeper. */
async function deeperHints(folder: string): Promise<string[]> {
  for (const { name, isDirectory } of await entries(folder)) {
    if (!isDirectory) continue;
    for (const file of await entries(`${folder}/${name}`)) {
      const path = `${folder}/${name}/${file.name}`;
      if (isTableName(file.name) && await looksLikeLabels(path)) {
        return [`There is a label table in a folder of it: --data-dir ${path}`];
      }
    }
  }
  return [];
}

async function dicomHints(place: string): Promise<string[]> {
  const { files } = await allImages(place);
  const dicom = files.filter(({ path }) => !isImageName(path) && imageFault(path) === dicomFault);
  if (dicom.length === 0) return [];
  return [
    `It has ${dicom.length} DICOM ${dicom.length === 1 ? "file" : "files"}, which are not read yet. ${dicomRemedy}`,
  ];
}

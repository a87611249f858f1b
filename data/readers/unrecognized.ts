import { UserError } from "../../errors.ts";
import { entries } from "../files/folder.ts";
import { allImages, isImageName } from "../files/image_files.ts";
import { dicomRemedy } from "../images/dicom.ts";
import { dicomFault, imageFault } from "../images/image_ends.ts";
import { isTableName, readTable } from "../tables/table.ts";
import type { DatasetPlace, FileReader } from "./reader.ts";

/** The most columns of a table that the message names. */
const maxColumns = 8;

/** The error for a folder or file that no reader recognizes: what they looked for, and what is there instead. */
export async function unrecognized(place: DatasetPlace, readers: readonly FileReader[]): Promise<UserError> {
  const { path, isFile } = place;
  const hints = isFile
    ? fileHints(path)
    : [...await tableHints(path), ...await nestedHints(path, readers), ...await dicomHints(path)];
  const looks = readers.map((reader) => reader.looks).join(", and for ");
  return new UserError(`Thorax does not recognize the layout of ${path}: it looked for ${looks}`, {
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
    const { columns } = await readTable(path), more = columns.length > maxColumns ? ", …" : "";
    return `has the columns ${columns.slice(0, maxColumns).join(", ")}${more}`;
  } catch (error) {
    if (error instanceof UserError) return `cannot be read: ${error.message}`;
    throw error;
  }
}

/** The first dataset one folder deeper. */
async function nestedHints(folder: string, readers: readonly FileReader[]): Promise<string[]> {
  for (const { name, isDirectory } of await entries(folder)) {
    if (!isDirectory) continue;
    for (const reader of readers) {
      const source = await findQuietly(reader, { path: `${folder}/${name}`, isFile: false });
      if (source) return [`A folder in it has one: --data-dir ${source.path}`];
    }
  }
  return [];
}

/** A folder that a reader refuses gives no hint. */
function findQuietly(reader: FileReader, place: DatasetPlace): ReturnType<FileReader["find"]> {
  return reader.find(place).catch((error) => {
    if (error instanceof UserError) return undefined;
    throw error;
  });
}

async function dicomHints(place: string): Promise<string[]> {
  const { files } = await allImages(place);
  const dicom = files.filter(({ path }) => !isImageName(path) && imageFault(path) === dicomFault);
  if (dicom.length === 0) return [];
  const what = dicom.length === 1
    ? "1 DICOM file, which Thorax does"
    : `${dicom.length} DICOM files, which Thorax does`;
  return [`It has ${what} not read yet. ${dicomRemedy}`];
}

import { realpathSync, type Stats, statSync } from "node:fs";
import { relative } from "node:path";
import { UserError } from "../../errors.ts";
import { entries } from "./folder.ts";
import { keyOf } from "../tables/identifiers.ts";

/** A file that may be a film. */
export interface ImageFile {
  readonly path: string;
  /** The names of the folders from the data folder down, and its own, as keys (see {@linkcode keyOf}). */
  readonly parts: readonly string[];
}

/** The files of a folder and of all folders in it. */
export interface FoundFiles {
  readonly files: readonly ImageFile[];
  /** What is remarkable about the folders, a sentence each. */
  readonly notes: readonly string[];
}

const image = /\.(png|jpe?g)$/i;

/** Files that are taken for a film where a table names them: DICOM, and names without an ending. */
const perhapsImage = /(\.dicom|\.dcm|^[^.]+)$/i;

/** The most files that are looked at: ten times CheXpert's and MIMIC's together. */
const mostFiles = 2 ** 22;

/** Whether a file's name is that of a PNG or JPEG image. */
export const isImageName = (name: string): boolean => image.test(name);

/**
 * The images in the usual places of NIH's layout: beside the table, then `images/`, `images/images/`, `images_001/`,
 * `images_001/images/` … in the order of their names.
 */
export async function usualImages(directory: string): Promise<ImageFile[]> {
  const folders: string[][] = [[]];
  for (const { name, isFile } of await entries(directory)) {
    if (!isFile && isUsual(name)) folders.push([name], [name, "images"]);
  }
  const files: ImageFile[] = [];
  for (const folder of folders) {
    const place = [directory, ...folder].join("/");
    for (const entry of await entries(place)) {
      const path = `${place}/${entry.name}`;
      if (isImageName(entry.name) && !isHidden(entry.name) && kindOf(entry, path) === "file") {
        files.push({ path, parts: [...folder, entry.name].map(keyOf) });
      }
    }
  }
  return files;
}

/**
 * The images of a folder and of all folders below it, and the files that a table may mean by a film. The usual folders come first,
 * and a folder before those in it. Links to files are followed, and links to folders outside, each once; hidden files are left out.
 */
export async function allImages(directory: string): Promise<FoundFiles> {
  const files: ImageFile[] = [], root = realpathSync(directory), followed = new Set<string>();
  const outside: string[] = [], closed: string[] = [];
  const leadsOut = (path: string) => {
    const target = realpathSync(path);
    if (isWithin(target, root) || isWithin(root, target) || followed.has(target)) return false;
    followed.add(target);
    outside.push(path);
    return true;
  };
  const refused = (place: string, error: unknown) => {
    if (!(error instanceof UserError) || place === directory) throw error;
    closed.push(place);
    return [];
  };
  const walk = async (place: string, parts: readonly string[]) => {
    const folders: string[] = [];
    for (const entry of await entries(place).catch((error) => refused(place, error))) {
      const { name } = entry, path = `${place}/${name}`, isImage = isImageName(name) || perhapsImage.test(name);
      if (isHidden(name) || (!isImage && entry.isFile)) continue;
      const kind = kindOf(entry, path);
      if (kind === "folder" && (!entry.isSymlink || leadsOut(path))) folders.push(name);
      if (kind === "file" && isImage) files.push({ path, parts: [...parts, keyOf(name)] });
    }
    if (files.length > mostFiles) throw new UserError(`${directory} has more than ${mostFiles} files below it`);
    const usual = folders.filter(isUsual);
    for (const name of new Set([...usual, ...folders])) await walk(`${place}/${name}`, [...parts, keyOf(name)]);
  };
  await walk(directory, []);
  return {
    files,
    notes: [
      ...(outside.length > 0 ? [`Films are looked for outside of the folder too, through ${outside.join(", ")}`] : []),
      ...(closed.length > 0 ? [`Folders that cannot be read are left out: ${closed.join(", ")}`] : []),
    ],
  };
}

const isUsual = (name: string) => /^images(_\d+)?$/.test(name);

/** What systems and archivers leave in a folder. */
const isHidden = (name: string) => name.startsWith(".") || name === "__MACOSX";

const isWithin = (path: string, folder: string) => !/^\.\.(\/|$)/.test(relative(folder, path));

/** A link to nothing is a film that is not there; a pipe, which opening would wait for, is neither. */
function kindOf({ isFile, isDirectory, isSymlink }: Deno.DirEntry, path: string): "file" | "folder" | undefined {
  if (isFile || isDirectory) return isFile ? "file" : "folder";
  if (!isSymlink) return undefined;
  const target = targetOf(path);
  return target === undefined || target.isFile() ? "file" : target.isDirectory() ? "folder" : undefined;
}

function targetOf(link: string): Stats | undefined {
  try {
    return statSync(link);
  } catch {
    return undefined; // nothing there, or nothing that may be seen
  }
}

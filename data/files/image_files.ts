import { realpathSync, type Stats, statSync } from "node:fs";
import { relative } from "node:path";
import { UserError } from "../../errors.ts";
import { entries } from "./folder.ts";
import { normalizeKey } from "../tables/keys.ts";

/** A file that may be a film. */
export interface ImageFile {
  readonly path: string;
  /** The names of the folders below the data folder and the file's own name, each by {@linkcode normalizeKey}. */
  readonly parts: readonly string[];
}

/** The files of a folder and of all folders below it. */
export interface FoundFiles {
  readonly files: readonly ImageFile[];
  /** Remarks on the folders, a sentence each. */
  readonly notes: readonly string[];
}

const image = /\.(png|jpe?g)$/i;

/** Names that may be films where a table lists them: DICOM, and names without an extension. */
const perhapsImage = /(\.dicom|\.dcm|^[^.]+)$/i;

/** The greatest number of files in a folder: ten times CheXpert's and MIMIC's together. */
const maxFiles = 2 ** 22;

/** Whether a file's name is that of a PNG or JPEG image. */
export const isImageName = (name: string): boolean => image.test(name);

/**
 * Lists the images in the usual places of NIH's layout: beside the table, then in `images/`, `images/images/`, `images_001/`,
 * `images_001/images/` … in the order of their names.
 *
 * @throws {UserError} where the system refuses to list a folder
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
        files.push({ path, parts: [...folder, entry.name].map(normalizeKey) });
      }
    }
  }
  return files;
}

/**
 * Lists the images of a folder and of all folders below it, and the other files that a table may list as films. The usual folders
 * come first, and a folder comes before those in it. The search follows links to files, and each link to a folder outside once;
 * it leaves out hidden files.
 *
 * @throws {UserError} where there are more than 4 million files, or the system refuses to list the folder itself
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
      if (kind === "file" && isImage) files.push({ path, parts: [...parts, normalizeKey(name)] });
    }
    if (files.length > maxFiles) throw new UserError(`${directory} has more than ${maxFiles} files below it`);
    const usual = folders.filter(isUsual);
    for (const name of new Set([...usual, ...folders])) await walk(`${place}/${name}`, [...parts, normalizeKey(name)]);
  };
  await walk(directory, []);
  return {
    files,
    notes: [
      ...(outside.length > 0
        ? [`Thorax looks for films outside of the folder too, through ${outside.join(", ")}`]
        : []),
      ...(closed.length > 0 ? [`Folders that cannot be read are left out: ${closed.join(", ")}`] : []),
    ],
  };
}

const isUsual = (name: string) => /^images(_\d+)?$/.test(name);

/** Whether a name is that of a file which systems and archivers leave in a folder. */
const isHidden = (name: string) => name.startsWith(".") || name === "__MACOSX";

const isWithin = (path: string, folder: string) => !/^\.\.(\/|$)/.test(relative(folder, path));

/** A link to nothing counts as a file: a film that is missing. A pipe is neither, since opening it would wait for its writer. */
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

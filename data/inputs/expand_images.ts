import { globSync, readdirSync, realpathSync, statSync } from "node:fs";
import { count, UserError } from "../../errors.ts";
import { fileSource } from "../images/byte_source.ts";
import { dicomHead, dicomRemedy, isDicom } from "../images/dicom.ts";
import { imageFormat } from "../images/image_format.ts";

/** The films that a command line names. */
export interface NamedImages {
  /** Paths in the order of the names, sorted within one folder or glob. A film that is named twice is there twice. */
  readonly paths: readonly string[];
  /** What the search skipped, a line for each folder or glob. */
  readonly notes: readonly string[];
}

/**
 * Finds the films that names stand for:
 *
 * - A file is a film, whatever it holds. Decoding reports later whether it is one.
 * - A folder stands for the images in it and below.
 * - A glob (`films/*.png`, `**`, `[ab]`, `{a,b}`) stands for the images that match, and for those in and below matching folders,
 *   unless a file has that very name.
 *
 * In folders and globs an image is a file named `.png`, `.jpg` or `.jpeg`, or one that begins as these formats do. Other files and
 * hidden files are skipped and counted.
 *
 * @throws {UserError} where a name stands for no film, or a folder cannot be read
 */
export function expandImages(names: readonly string[]): NamedImages {
  const paths: string[] = [], notes: string[] = [];
  for (const name of names) {
    const kind = kindOf(name);
    if (kind === "file") {
      paths.push(name);
      continue;
    }
    const isGlob = kind === undefined && /[*?[{]/.test(name);
    if (kind === undefined && !isGlob) throw new UserError(`${name} cannot be read (there is no such file)`);
    const found = isGlob ? searchGlob(name) : searchFolder(name);
    const skipped = describeSkipped(found);
    if (found.images.size === 0) {
      throw new UserError(
        `${name} ${isGlob ? "matches" : "holds"} no PNG or JPEG image${skipped && ` (${skipped})`}`,
        { remedy: found.dicom.size > 0 ? dicomRemedy : undefined },
      );
    }
    for (const path of found.images) paths.push(path);
    if (skipped) notes.push(`${name}: ${skipped} left out${found.dicom.size > 0 ? `. ${dicomRemedy}` : ""}`);
  }
  return { paths, notes };
}

/** What the search for one name has found. */
interface Search {
  /** Paths, each once, even if a glob matches a file and its folder. */
  readonly images: Set<string>;
  readonly dicom: Set<string>;
  readonly others: Set<string>;
  readonly hidden: Set<string>;
}

const emptySearch = (): Search => ({ images: new Set(), dicom: new Set(), others: new Set(), hidden: new Set() });

function searchFolder(folder: string): Search {
  const search = emptySearch();
  addFolder(folder, search, []);
  return search;
}

function searchGlob(pattern: string): Search {
  const search = emptySearch(), start = pattern.startsWith("./") ? "./" : ""; // `globSync` leaves it out
  for (const match of globSync(pattern).sort()) addPath(start + match, search, []);
  return search;
}

/** Adds what is in a folder and below. It does not follow a link back to a folder in `above`, the real paths on the way. */
function addFolder(folder: string, search: Search, above: readonly string[]): void {
  const here = realpathSync(folder);
  if (above.includes(here)) return;
  const start = folder.endsWith("/") ? folder : `${folder}/`;
  for (const name of readFolder(folder).sort()) {
    if (name.startsWith(".")) search.hidden.add(start + name);
    else addPath(start + name, search, [...above, here]);
  }
}

function addPath(path: string, search: Search, above: readonly string[]): void {
  const kind = kindOf(path);
  if (kind === "folder") return addFolder(path, search, above);
  // the name alone makes a link to nothing an image: a missing film
  const content = /\.(png|jpe?g)$/i.test(path) ? "images" : kind === "file" ? contentOf(path) : "others";
  search[content].add(path);
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause && cause.code === "EACCES"
      ? "Permission denied"
      : `${cause}`;
    throw new UserError(`the folder ${folder} cannot be read (${reason})`, { cause });
  }
}

/**
 * Says what a path leads to; `undefined` where it leads to nothing. A path that the system refuses to look at counts as a file, and
 * reading it reports why.
 */
function kindOf(path: string): "file" | "folder" | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat && (stat.isDirectory() ? "folder" : "file");
  } catch {
    return "file";
  }
}

/** What a file holds by its first bytes; what cannot be looked at is no film. */
function contentOf(path: string): "images" | "dicom" | "others" {
  try {
    const { isFile, size } = Deno.statSync(path); // before it is opened: a pipe may never end
    if (!isFile) return "others";
    using file = Deno.openSync(path);
    const head = fileSource(file, size).read(0, Math.min(size, dicomHead));
    return imageFormat(head) !== undefined ? "images" : isDicom(head, path) ? "dicom" : "others";
  } catch {
    return "others";
  }
}

/** `2 files of another kind (films/notes.txt, …) and 1 hidden name`; empty where nothing was skipped. */
function describeSkipped({ dicom, others, hidden }: Search): string {
  const first = ([path, ...more]: ReadonlySet<string>) => `(${path}${more.length > 0 ? ", …" : ""})`;
  const areNot = dicom.size === 1 ? "which is not read yet" : "which are not read yet";
  return [
    ...(dicom.size === 0 ? [] : [`${count(dicom.size, "DICOM file")}, ${areNot} ${first(dicom)}`]),
    ...(others.size === 0 ? [] : [`${count(others.size, "file")} of another kind ${first(others)}`]),
    ...(hidden.size === 0 ? [] : [count(hidden.size, "hidden name")]),
  ].join(" and ");
}

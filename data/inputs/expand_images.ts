import { globSync, readdirSync, realpathSync, statSync } from "node:fs";
import { UserError } from "../../errors.ts";
import { fileSource } from "../images/byte_source.ts";
import { imageFormat } from "../images/image_format.ts";

/** The films that a command line names. */
export interface NamedImages {
  /** In the order of the names; those of one folder or glob are sorted. A film that is named twice is there twice. */
  readonly paths: readonly string[];
  /** What was passed over in folders and by globs, a line for each of them. */
  readonly notes: readonly string[];
}

/**
 * Finds the films that names stand for:
 *
 * - A file is a film, whatever it holds: whether it can be decoded is told when it is needed.
 * - A folder stands for the images in it and below.
 * - A glob (`films/*.png`, `**`, `[ab]`, `{a,b}`), where no file has that very name, stands for the images that match, and for
 *   those in matching folders and below.
 *
 * In folders and behind globs an image is what is named `.png`, `.jpg` or `.jpeg`, or begins as one of these formats does. Other
 * files, and hidden ones, are passed over and counted.
 *
 * @throws {UserError} where a name stands for no film
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
    const passedOver = describe(found);
    if (found.images.size === 0) {
      throw new UserError(
        `${name} ${isGlob ? "matches" : "holds"} no PNG or JPEG image${passedOver && ` (${passedOver})`}`,
      );
    }
    for (const path of found.images) paths.push(path);
    if (passedOver) notes.push(`${name}: ${passedOver} left out`);
  }
  return { paths, notes };
}

/** What one name stands for. */
interface Search {
  /** Each once, even if a glob matches a file and its folder. */
  readonly images: Set<string>;
  readonly others: Set<string>;
  readonly hidden: Set<string>;
}

const emptySearch = (): Search => ({ images: new Set(), others: new Set(), hidden: new Set() });

function searchFolder(folder: string): Search {
  const search = emptySearch();
  addFolder(folder, search, []);
  return search;
}

function searchGlob(pattern: string): Search {
  const search = emptySearch(), start = pattern.startsWith("./") ? "./" : ""; // which `globSync` leaves out
  for (const match of globSync(pattern).sort()) addPath(start + match, search, []);
  return search;
}

/** Adds what is in a folder and below. `above` are the real paths of the folders on the way: a link back to one ends there. */
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
  // a link to nothing is a film that is not there, which its name tells as well
  const isImage = /\.(png|jpe?g)$/i.test(path) || kind === "file" && beginsAsImage(path);
  (isImage ? search.images : search.others).add(path);
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

/** What a path leads to; undefined: to nothing. What the system refuses to tell of is a file, which will not be read. */
function kindOf(path: string): "file" | "folder" | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat && (stat.isDirectory() ? "folder" : "file");
  } catch {
    return "file";
  }
}

function beginsAsImage(path: string): boolean {
  try {
    const { isFile, size } = Deno.statSync(path); // before it is opened: a pipe may never end
    if (!isFile || size < 8) return false;
    using file = Deno.openSync(path);
    return imageFormat(fileSource(file, size).read(0, 8)) !== undefined;
  } catch {
    return false;
  }
}

/** `2 files that are no images (films/notes.txt, …) and 1 hidden file`; empty where nothing was passed over. */
function describe({ others, hidden }: Search): string {
  const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  const [first] = others;
  const more = others.size > 1 ? ", …" : "";
  return [
    ...(first === undefined ? [] : [`${count(others.size, "file")} of another kind (${first}${more})`]),
    ...(hidden.size === 0 ? [] : [count(hidden.size, "hidden name")]),
  ].join(" and ");
}

import { allImages, type FoundFiles, type ImageFile, isImageName, usualImages } from "./image_files.ts";
import { countNote } from "../notes.ts";

/** The image files of a table's names. */
export interface FoundImages {
  /** The path of each name's file; `undefined` where there is none. */
  readonly paths: readonly (string | undefined)[];
  /** All files that the search looked at. */
  readonly files: readonly ImageFile[];
  /** Images that belong to no name, by their paths relative to the folder. */
  readonly unlisted: readonly string[];
  /** How many images there are; several of one name count once. */
  readonly images: number;
  /** The choice among several files of one name: `A is read, and not B`. */
  readonly ambiguous: readonly string[];
  /** Images that were found under another name, a sentence each. */
  readonly notes: readonly string[];
}

/** A file for a name, how well it fits, and the others that fit as well. */
interface Match {
  readonly file: ImageFile;
  readonly others: readonly ImageFile[];
  /** How many parts of the two paths are the same, counted from the end. */
  readonly commonParts: number;
  readonly form: Form;
}

/** How a file's own name agrees with the table's, from worst to best. `other` is DICOM: a converted image beside it is better. */
const forms = ["other", "extension", "case", "name"] as const;
type Form = (typeof forms)[number];

const formNotes: Readonly<Record<Form, string>> = {
  name: "found by the end of the path",
  case: "found in other letter case",
  extension: "found with another extension",
  other: "found with another extension",
};

/**
 * Finds the images that a table names. It first looks for a name without folders in the usual places, and for a name with folders
 * where the name says. Only for what is not there it searches the whole folder: the file that shares the longest end of the path
 * wins, in any letter case and with any image extension. An end that several names share identifies none of them. A name with
 * `..` is never looked for, so no name leads out of the folder. Of several files that fit equally the first is taken and noted.
 */
export async function findImages(directory: string, names: readonly string[]): Promise<FoundImages> {
  const usual = await usualImages(directory), exact = matchExactly(usual, names);
  if (exact.every((match) => match !== undefined)) return describe(names, exact, { files: usual, notes: [] });
  const found = await allImages(directory), taken = new Set(exact.map((match) => match?.file.path));
  const ends = matchEnds(
    found.files.filter(({ path }) => !taken.has(path)),
    names,
    (name) => exact[name] === undefined,
  );
  return describe(names, exact.map((match, name) => match ?? ends.get(name)), found);
}

function matchExactly(files: readonly ImageFile[], names: readonly string[]): (Match | undefined)[] {
  const byName = new Map<string, ImageFile[]>(), byPath = new Map(files.map((file) => [file.parts.join("/"), [file]]));
  for (const file of files) add(byName, file.parts.at(-1) ?? "", file);
  return names.map((name) => {
    const [file, ...others] = byName.get(name) ?? byPath.get(name) ?? [];
    return file && { file, others, commonParts: Infinity, form: "name" };
  });
}

/** Matches the names for which `isOpen` holds, by the ends of their paths. */
function matchEnds(
  files: readonly ImageFile[],
  names: readonly string[],
  isOpen: (name: number) => boolean,
): ReadonlyMap<number, Match> {
  const byStem = new Map<string, ImageFile[]>(), paths = names.map(partsOf), matches = new Map<number, Match>();
  for (const file of files) add(byStem, stemOf(file.parts), file);
  for (const [name, parts] of paths.entries()) {
    if (!isOpen(name) || parts.length === 0 || parts.includes("..")) continue;
    const match = bestOf(byStem.get(stemOf(parts)) ?? [], parts);
    if (match !== undefined) matches.set(name, match);
  }
  const isShared = sharedEnds(paths, new Set([...matches.values()].map(({ commonParts }) => commonParts)));
  const claims = new Map<ImageFile, number[]>();
  for (const [name, { file, commonParts }] of matches) {
    if (commonParts < paths[name].length && isShared(paths[name], commonParts)) matches.delete(name);
    else add(claims, file, name);
  }
  for (const claimants of claims.values()) if (claimants.length > 1) keepNearest(claimants, matches);
  return matches;
}

/** Returns a test of whether several of these paths share a path's last `length` parts. */
function sharedEnds(
  paths: readonly (readonly string[])[],
  lengths: ReadonlySet<number>,
): (path: readonly string[], length: number) => boolean {
  const owners = new Map<string, number>();
  for (const length of lengths) {
    for (const path of paths) {
      if (path.length >= length) owners.set(endOf(path, length), (owners.get(endOf(path, length)) ?? 0) + 1);
    }
  }
  return (path, length) => owners.get(endOf(path, length)) !== 1;
}

function bestOf(files: readonly ImageFile[], parts: readonly string[]): Match | undefined {
  let best: Match | undefined;
  for (const file of files) {
    const commonParts = countCommonParts(file.parts, parts);
    const match: Match = { file, others: [], commonParts, form: formOf(file.parts, parts) };
    const order = best === undefined ? 1 : compare(match, best);
    if (order > 0) best = match;
    else if (best !== undefined && order === 0) best = { ...best, others: [...best.others, file] };
  }
  return best;
}

/** Gives a file that several names claim to the name that it fits best, and to none where it fits two equally. */
function keepNearest(claimants: readonly number[], matches: Map<number, Match>): void {
  const ranked = claimants.flatMap((name) => {
    const match = matches.get(name);
    return match ? [{ name, match }] : [];
  }).sort((a, b) => compare(b.match, a.match));
  const [first, second] = ranked;
  for (const { name } of ranked) {
    if (name !== first.name || (second !== undefined && compare(first.match, second.match) === 0)) matches.delete(name);
  }
}

const compare = (a: Match, b: Match) => a.commonParts - b.commonParts || forms.indexOf(a.form) - forms.indexOf(b.form);

function countCommonParts(a: readonly string[], b: readonly string[]): number {
  let count = 1; // the last parts have the same stem
  while (count < Math.min(a.length, b.length) && lower(a.at(-1 - count)) === lower(b.at(-1 - count))) count++;
  return count;
}

function formOf(file: readonly string[], name: readonly string[]): Form {
  const found = file.at(-1) ?? "", wanted = name.at(-1) ?? "";
  if (!isImageName(found)) return "other";
  if (found === wanted) return "name";
  return lower(found) === lower(wanted) ? "case" : "extension";
}

/** The parts of a path in the form of any system. */
const partsOf = (path: string) => path.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
const lower = (text = "") => text.toLowerCase();
const withoutExtension = (name: string) => name.replace(/\.(png|jpe?g|dcm|dicom|tiff?|bmp|gif|webp)$/i, "");
const stemOf = (parts: readonly string[]) => lower(withoutExtension(parts.at(-1) ?? ""));
const endOf = (parts: readonly string[], length: number) =>
  [...parts.slice(-length, -1), stemOf(parts)].map(lower).join("/");

function add<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}

function describe(
  names: readonly string[],
  matches: readonly (Match | undefined)[],
  { files, notes }: FoundFiles,
): FoundImages {
  const found = matches.filter((match) => match !== undefined);
  const taken = new Set(found.map(({ file }) => file.path));
  const others = new Set(found.flatMap(({ others }) => others.map(({ path }) => path)));
  const copies = others.difference(taken);
  const images = files.filter(({ path, parts }) => isImageName(parts.at(-1) ?? "") && !copies.has(path));
  const adapted = Object.groupBy(
    matches.flatMap((match, name) =>
      match && match.commonParts !== Infinity && relative(match.file) !== names[name]
        ? [{ are: formNotes[match.form], text: `"${names[name]}" is ${relative(match.file)}` }]
        : []
    ),
    ({ are }) => are,
  );
  return {
    paths: matches.map((match) => match?.file.path),
    files,
    unlisted: images.filter(({ path }) => !taken.has(path)).map(relative),
    images: images.length,
    ambiguous: found.flatMap(({ file, others: [other] }) =>
      other ? [`${file.path} is read, and not ${other.path}`] : []
    ),
    notes: [
      ...notes,
      ...Object.entries(adapted).flatMap(([are, group = []]) =>
        countNote(group.map(({ text }) => text), { of: names.length, what: "images", are })
      ),
    ],
  };
}

const relative = ({ parts }: ImageFile) => parts.join("/");

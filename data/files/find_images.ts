import { allImages, type FoundFiles, type ImageFile, isImageName, usualImages } from "./image_files.ts";
import { countNote } from "../notes.ts";

/** The files that a table's names are found as. */
export interface FoundImages {
  /** For each name its file's path; undefined where there is none. */
  readonly paths: readonly (string | undefined)[];
  /** The files that were looked at. */
  readonly files: readonly ImageFile[];
  /** Images that no name is for: their paths from the folder on. */
  readonly unlisted: readonly string[];
  /** How many images there are, of several of one name only one. */
  readonly images: number;
  /** Which file was taken for a name that several have, `A is read, and not B`. */
  readonly twice: readonly string[];
  /** What was found under another name, a sentence each. */
  readonly notes: readonly string[];
}

/** A file for a name, how well it fits, and the first of the others that fit as well. */
interface Match {
  readonly file: ImageFile;
  readonly others: readonly ImageFile[];
  /** How many parts of the path, counted from its end, are the same. */
  readonly tail: number;
  readonly form: Form;
}

/** How a file's own name is that of the table, the nearest last; `other` is DICOM, whose conversion beside it is better. */
const forms = ["other", "ending", "case", "name"] as const;
type Form = (typeof forms)[number];

const said: Readonly<Record<Form, string>> = {
  name: "found by the end of the path",
  case: "found in other letter case",
  ending: "found with another ending",
  other: "found with another ending",
};

/**
 * Finds the images that a table names. A name without folders is looked for in the usual places, one with folders where it says; only
 * what is not there is looked for below the whole folder, by the longest end of its path that a file has, in any letter case and with any
 * image ending. An end that several names share tells none of them, and a name with `..` is never looked for, so no name leads out of
 * the folder. Of several files the first is taken, and told.
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
    return file && { file, others, tail: Infinity, form: "name" };
  });
}

/** The files of those names which `isOpen`, by the ends of their paths. */
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
  const isShared = sharedEnds(paths, new Set([...matches.values()].map(({ tail }) => tail)));
  const claims = new Map<ImageFile, number[]>();
  for (const [name, { file, tail }] of matches) {
    if (tail < paths[name].length && isShared(paths[name], tail)) matches.delete(name);
    else add(claims, file, name);
  }
  for (const claimants of claims.values()) if (claimants.length > 1) keepNearest(claimants, matches);
  return matches;
}

/** Whether several of these paths have an end of so many parts. */
function sharedEnds(
  paths: readonly (readonly string[])[],
  tails: ReadonlySet<number>,
): (path: readonly string[], tail: number) => boolean {
  const owners = new Map<string, number>();
  for (const tail of tails) {
    for (const path of paths) {
      if (path.length >= tail) owners.set(endOf(path, tail), (owners.get(endOf(path, tail)) ?? 0) + 1);
    }
  }
  return (path, tail) => owners.get(endOf(path, tail)) !== 1;
}

function bestOf(files: readonly ImageFile[], parts: readonly string[]): Match | undefined {
  let best: Match | undefined;
  for (const file of files) {
    const match: Match = { file, others: [], tail: commonTail(file.parts, parts), form: formOf(file.parts, parts) };
    const order = best === undefined ? 1 : compare(match, best);
    if (order > 0) best = match;
    else if (best !== undefined && order === 0) best = { ...best, others: [...best.others, file] };
  }
  return best;
}

/** A file that several names claim belongs to the one that it fits best, and to none where it fits two equally. */
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

const compare = (a: Match, b: Match) => a.tail - b.tail || forms.indexOf(a.form) - forms.indexOf(b.form);

function commonTail(a: readonly string[], b: readonly string[]): number {
  let tail = 1; // the last parts have one stem
  while (tail < Math.min(a.length, b.length) && lower(a.at(-1 - tail)) === lower(b.at(-1 - tail))) tail++;
  return tail;
}

function formOf(file: readonly string[], name: readonly string[]): Form {
  const [its, wanted] = [file.at(-1) ?? "", name.at(-1) ?? ""];
  if (!isImageName(its)) return "other";
  if (its === wanted) return "name";
  return lower(its) === lower(wanted) ? "case" : "ending";
}

/** The parts of a path, of any system's form. */
const partsOf = (path: string) => path.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
const lower = (text = "") => text.toLowerCase();
const withoutEnding = (name: string) => name.replace(/\.(png|jpe?g|dcm|dicom|tiff?|bmp|gif|webp)$/i, "");
const stemOf = (parts: readonly string[]) => lower(withoutEnding(parts.at(-1) ?? ""));
const endOf = (parts: readonly string[], tail: number) =>
  [...parts.slice(-tail, -1), stemOf(parts)].map(lower).join("/");

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
  const taken = new Set(found.map(({ file }) => file.path)),
    others = new Set(found.flatMap(({ others }) => others.map(({ path }) => path)));
  const left = new Set([...others].filter((path) => !taken.has(path)));
  const images = files.filter(({ path, parts }) => isImageName(parts.at(-1) ?? "") && !left.has(path));
  const told = Object.groupBy(
    matches.flatMap((match, name) =>
      match && match.tail !== Infinity && relative(match.file) !== names[name]
        ? [{ are: said[match.form], text: `"${names[name]}" is ${relative(match.file)}` }]
        : []
    ),
    ({ are }) => are,
  );
  return {
    paths: matches.map((match) => match?.file.path),
    files,
    unlisted: images.filter(({ path }) => !taken.has(path)).map(relative),
    images: images.length,
    twice: found.flatMap(({ file, others: [other] }) => other ? [`${file.path} is read, and not ${other.path}`] : []),
    notes: [
      ...notes,
      ...Object.entries(told).flatMap(([are, its = []]) =>
        countNote(its.map(({ text }) => text), { of: names.length, what: "images", are })
      ),
    ],
  };
}

const relative = ({ parts }: ImageFile) => parts.join("/");

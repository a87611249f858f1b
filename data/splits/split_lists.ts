import { UserError } from "../../errors.ts";
import { readRegularFile } from "../../formats/regular_file.ts";
import type { SplitName } from "../../lineage/cohort.ts";
import type { Film, PredefinedSplit } from "../dataset.ts";
import { entries } from "../files/folder.ts";
import { countNote } from "../notes.ts";
import { decodeText } from "../tables/text.ts";
import { nameMatcher } from "./list_names.ts";
import { type FilmList, splitByLists } from "./listed_split.ts";

/** The names of lists, and the parts of a split that their films may be in. */
const kinds: readonly { readonly name: RegExp; readonly parts: readonly SplitName[] }[] = [
  { name: /^train_list\.txt$/i, parts: ["train"] },
  { name: /^(val|valid|validation)_list\.txt$/i, parts: ["val"] },
  { name: /^test_list\.txt$/i, parts: ["test"] },
  { name: /^train_?val_list\.txt$/i, parts: ["train", "val"] },
];

/** The greatest size of a list in bytes: NIH's have 1.5 million. */
const maxBytes = 2 ** 25;

/** A list file and the names in it. */
interface ListFile extends Pick<FilmList, "file" | "parts"> {
  readonly names: readonly string[];
}

/** The split that a folder's lists describe. */
export interface SplitLists {
  /** The split; absent where there is no list. */
  readonly predefinedSplit?: PredefinedSplit;
  readonly notes: readonly string[];
}

/**
 * Reads `train_list.txt`, `val_list.txt`, `test_list.txt` and `train_val_list.txt`, whichever a folder has, as one split. Beside one
 * list alone, the other films are for testing, or for training and validation. A training list without a validation list is for
 * both.
 *
 * @param table The images of the label table, whether on disk or not.
 * @throws {UserError} where two lists are of one kind, or contradict each other about a film
 */
export async function readSplitLists(
  directory: string,
  films: readonly Film[],
  table: ReadonlySet<string>,
): Promise<SplitLists> {
  const { lists, notes } = await findLists(directory);
  if (lists.length === 0) return { notes };
  const filmOf = new Map(films.map(({ image }, film) => [image, film])), match = nameMatcher(table);
  const matched = lists.map(({ file, parts, names }): FilmList => {
    const { images, adapted, unknown } = match(names);
    const here = [...images].flatMap((image) => filmOf.get(image) ?? []);
    const absent = [...images].filter((image) => !filmOf.has(image));
    const others = adapted.map(({ name, image }) => `"${name}" is ${image}`);
    const of = names.length, what = `names in ${file}`;
    notes.push(
      ...countNote(unknown, { of, what, are: "not in the table" }),
      ...countNote(absent, { of, what, are: "without an image in the folder" }),
      ...countNote(others, { of, what, are: "matched in another form" }),
    );
    return { file, parts, films: new Set(here) };
  });
  const { given, drawn, unlisted, unassigned } = splitByLists(films, matched, directory);
  const imagesOf = (those: readonly number[]) => those.map((film) => films[film].image);
  const of = films.length, what = "films";
  return {
    predefinedSplit: { given, drawn },
    notes: [
      ...notes,
      `The folder lists a split: ${matched.map(describeList).join(", ")}`,
      ...countNote(imagesOf(unlisted.films), {
        of,
        what,
        are: `on no list, and so for ${unlisted.parts.join(" and ")}`,
      }),
      ...countNote(imagesOf(unassigned), { of, what, are: "in no split, as the lists leave no part for them" }),
    ],
  };
}

const describeList = ({ file, films: { size } }: FilmList) => `${file} (${size} ${size === 1 ? "film" : "films"})`;

async function findLists(directory: string): Promise<{ lists: ListFile[]; notes: string[] }> {
  const files = (await entries(directory)).filter(({ isDirectory }) => !isDirectory).map(({ name }) => name).sort();
  const lists = await Promise.all(kinds.map(async ({ name, parts }): Promise<ListFile[]> => {
    const [file, ...others] = files.filter((file) => name.test(file));
    if (file === undefined) return [];
    if (others.length > 0) {
      throw new UserError(`${directory} has ${[file, ...others].join(" and ")}`, { remedy: "Keep one of them" });
    }
    const text = decodeText(await readRegularFile(`${directory}/${file}`, { limit: maxBytes, what: "a list" }));
    const names = text.split(/\r\n|\n|\r/).map((line) => line.trim()).filter((line) => line !== "");
    return [{ file, parts, names: [...new Set(names)] }];
  }));
  const found = lists.flat(), notes: string[] = [];
  const unread = files.filter((file) => /list[^/]*\.txt$/i.test(file) && !found.some((list) => list.file === file));
  if (unread.length > 0) {
    const names = "train_list.txt, val_list.txt, test_list.txt or train_val_list.txt";
    notes.push(`${unread.join(", ")} is not read: lists are called ${names}`);
  }
  if (found.some(({ parts }) => parts.includes("val"))) return { lists: found, notes };
  return {
    notes,
    lists: found.map((list): ListFile => {
      if (!list.parts.includes("train")) return list;
      notes.push(`There is no val_list.txt, so an eighth of the patients of ${list.file} is for validation`);
      return { ...list, parts: ["train", "val"] };
    }),
  };
}

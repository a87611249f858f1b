import { UserError } from "../../errors.ts";
import type { Dataset, Film, MissingFilms } from "../dataset.ts";
import { findImages, type FoundImages } from "../files/find_images.ts";
import { isImageName } from "../files/image_files.ts";
import { fileDigest } from "../identity/file_digest.ts";
import { noFindingName } from "../labels.ts";
import { countNote } from "../notes.ts";
import { readSplitLists } from "../splits/split_lists.ts";
import { readIdentifiers } from "../tables/identifiers.ts";
import { normalizeKey } from "../tables/keys.ts";
import { LabelIndex } from "../tables/label_index.ts";
import { findColumns, readTable, type WantedColumn } from "../tables/table.ts";

const columns = {
  image: { names: ["Image Index"] },
  labels: { names: ["Finding Labels"] },
  patient: { names: ["Patient ID"] },
  age: { names: ["Patient Age"], optional: true },
  sex: { names: ["Patient Gender", "Patient Sex"], optional: true },
  view: { names: ["View Position"], optional: true },
} as const satisfies Record<string, WantedColumn>;

/** Rows of the published table. A folder beside it usually holds a part of the films, which is not a mistake. */
const publishedRows = 112_120;

/**
 * Opens a folder in NIH ChestX-ray14's layout: a label table with the columns `Image Index`, `Finding Labels` (joined by `|`) and
 * `Patient ID`; images where {@linkcode findImages} looks; official lists where there are any. The films are the table's rows
 * whose image is on disk, in the table's order. The other rows are counted.
 *
 * @throws {UserError} for missing columns, unknown labels, an image that is listed twice, a row without a patient, and a folder
 * without any of the images
 */
export async function openNih(directory: string, tablePath: string, labels: readonly string[]): Promise<Dataset> {
  const table = await readTable(tablePath);
  const at = findColumns(table, columns);
  const cell = (row: readonly string[], column: keyof typeof columns) => row[at[column]];
  const names = table.rows.map((row) => normalizeKey(cell(row, "image") ?? ""));
  const found = await findImages(directory, names);
  const index = new LabelIndex(labels);
  const patients = readIdentifiers(
    table.rows.map((row) => cell(row, "patient") ?? ""),
    `${tablePath}, column Patient ID,`,
  );
  const films: (Film & { path: string })[] = [], seen = new Set<string>(), taken = new Set<string>();
  const repeated: string[] = [], absent: string[] = [], withoutPatient: string[] = [];
  for (const [i, row] of table.rows.entries()) {
    const image = names[i] ?? "", path = found.paths[i], patient = patients.values[i] ?? "";
    const filmLabels = index.ofCell(cell(row, "labels"));
    if (seen.has(image) || (path !== undefined && taken.has(path))) repeated.push(image);
    seen.add(image);
    if (patient === "") withoutPatient.push(image);
    if (path === undefined) absent.push(image);
    else {
      taken.add(path);
      films.push({ image, patient, labels: filmLabels, path, ...details((column) => cell(row, column)) });
    }
  }
  index.assertAllKnown(tablePath);
  assertNone(repeated, (images) => `${tablePath} lists ${images} more than once`);
  assertNone(withoutPatient, (images) => `${tablePath} has no patient for ${images}`);
  if (films.length === 0) throw noneFound({ directory, tablePath, names, found });
  const { predefinedSplit, notes } = await readSplitLists(directory, films, seen);
  const missing = describeMissing(absent, table.rows.length);
  const pathOf = (film: number) => {
    const path = films[film]?.path;
    if (path === undefined) throw new RangeError(`there is no film ${film} of ${films.length}`);
    return path;
  };
  return {
    kind: "nih",
    name: directory,
    synthetic: false,
    labels,
    namesPatients: true,
    films,
    predefinedSplit,
    missing,
    notes: [
      ...leftOutNotes({ name: tablePath, missing, found }),
      ...patients.notes,
      ...contradictionNotes(films, labels),
      ...notes,
    ],
    identify: (film) => ({ digest: fileDigest(pathOf(film)) }),
    job: (film) => ({ kind: "file", path: pathOf(film) }),
  };
}

/** Notes on rows without images, images without rows, and which of two files was read. */
function leftOutNotes(
  { name, missing, found: { unlisted, images, ambiguous, notes } }: {
    readonly name: string;
    readonly missing?: MissingFilms;
    readonly found: FoundImages;
  },
): string[] {
  const { count, rows, first, expected } = missing ?? { count: 0, rows: 0, first: "", expected: false };
  return [
    ...notes,
    ...(expected
      ? [`${count} of ${rows} rows of ${name} have no image in the folder and are left out, first: ${first}`]
      : []),
    ...countNote(unlisted, { of: images, what: "images in the folder", are: `not in ${name} and left out` }),
    ...countNote(ambiguous, { of: images, what: "image names", are: "there more than once" }),
  ];
}

/** The error for a table none of whose images is there: what it names, and what is there. */
function noneFound(
  { directory, tablePath, names, found: { files } }: {
    readonly directory: string;
    readonly tablePath: string;
    readonly names: readonly string[];
    readonly found: FoundImages;
  },
): UserError {
  const seen = files.map(({ parts }) => parts.join("/")).filter(isImageName);
  const leadsUp = names.some((name) => /(^|[/\\])\.\.([/\\]|$)/.test(name));
  const there = seen.length === 0
    ? "There is no PNG or JPEG image in it, nor in the folders below it"
    : `The images in it and below are ${examples(seen)}: names must agree, except for folders and extensions`;
  return new UserError(
    `${directory} has none of the ${names.length} images that ${tablePath} lists: ${examples(names)}`,
    {
      remedy: leadsUp ? `${there}. Thorax does not look for names with ..: write them relative to the folder` : there,
    },
  );
}

function examples(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(", ")}, …` : names.join(", ");
}

/** The note on films that are normal and abnormal at once. */
function contradictionNotes(films: readonly Film[], labels: readonly string[]): string[] {
  const normal = labels.indexOf(noFindingName);
  const both = films.filter((film) => film.labels.length > 1 && film.labels.includes(normal));
  const images = both.map(({ image }) => image);
  return countNote(images, { of: films.length, what: "films", are: `marked ${noFindingName} beside a finding` });
}

function details(cell: (column: keyof typeof columns) => string | undefined): Partial<Film> {
  const age = parseAge(cell("age") ?? ""), sex = cell("sex"), view = cell("view");
  return { ...(age !== undefined && { age }), ...(sex && { sex }), ...(view && { view }) };
}

/** Units of an age, per year. */
const unitsPerYear: Partial<Record<string, number>> = { "": 1, Y: 1, M: 12, D: 365 };

/** Parses an age as NIH's tables have it: `58`, `058Y`, `010M` or `021D`; in whole years. */
function parseAge(text: string): number | undefined {
  const [, digits, unit = ""] = /^(\d+)([YMD]?)$/.exec(text) ?? [], perYear = unitsPerYear[unit];
  return digits === undefined || perYear === undefined ? undefined : Math.floor(Number(digits) / perYear);
}

/** Throws a {@linkcode UserError} about some images, where there are any; `message` gets their number. */
function assertNone(images: readonly string[], message: (images: string) => string): void {
  if (images.length === 0) return;
  throw new UserError(
    `${message(images.length === 1 ? "1 image" : `${images.length} images`)}, first: ${images[0]}`,
  );
}

function describeMissing(absent: readonly string[], rows: number): MissingFilms | undefined {
  const [first] = absent;
  return first === undefined ? undefined : { count: absent.length, rows, first, expected: rows >= publishedRows };
}

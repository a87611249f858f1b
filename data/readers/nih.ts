import { UserError } from "../../errors.ts";
import type { Dataset, Film, MissingFilms } from "../dataset.ts";
import { fileDigest } from "../identity/file_digest.ts";
import { findImages, type FoundImages } from "../files/find_images.ts";
import { keyOf, readIdentifiers } from "../tables/identifiers.ts";
import { isImageName } from "../files/image_files.ts";
import { LabelIndex, noFindingName } from "../labels.ts";
import { countNote } from "../notes.ts";
import { readSplitLists } from "../splits/split_lists.ts";
import { findColumns, readTable } from "../tables/table.ts";

const columns = {
  image: { names: ["Image Index"] },
  labels: { names: ["Finding Labels"] },
  patient: { names: ["Patient ID"] },
  age: { names: ["Patient Age"], optional: true },
  sex: { names: ["Patient Gender", "Patient Sex"], optional: true },
  view: { names: ["View Position"], optional: true },
} as const;

/** Rows of the published table. A folder beside it usually holds a part of the films, which is no mistake. */
const publishedRows = 112_120;

/**
 * Opens a folder in NIH ChestX-ray14's layout: a label table (`.csv` or `.csv.gz`) with the columns `Image Index`, `Finding Labels`
 * (joined by `|`) and `Patient ID`; images in `images/`, `images_001/images/` …, beside the table or anywhere below it (see
 * {@linkcode findImages}); official lists where they are there. The films are the table's rows whose image is on disk, in the
 * table's order; the others are counted.
 *
 * Throws a UserError for missing columns, unknown labels, an image that is listed twice, and a folder without any of the images.
 */
export async function openNih(directory: string, tablePath: string, labels: readonly string[]): Promise<Dataset> {
  const table = await readTable(tablePath);
  const at = findColumns(table, columns);
  const names = table.rows.map((row) => keyOf(row[at.image] ?? "")), found = await findImages(directory, names);
  const index = new LabelIndex(labels);
  const patients = readIdentifiers(table.rows.map((row) => row[at.patient] ?? ""), `${tablePath}, column Patient ID,`);
  const films: (Film & { path: string })[] = [], seen = new Set<string>(), twice: string[] = [], absent: string[] = [];
  const withoutPatient: string[] = [], taken = new Set<string>();
  for (const [i, row] of table.rows.entries()) {
    const image = names[i], path = found.paths[i];
    const its = index.ofCell(row[at.labels]);
    const patient = patients.values[i];
    if (seen.has(image) || (path !== undefined && taken.has(path))) twice.push(image);
    seen.add(image);
    if (patient === "") withoutPatient.push(image);
    if (path === undefined) absent.push(image);
    else {
      taken.add(path);
      films.push({ image, patient, labels: its, path, ...details(row, at) });
    }
  }
  index.assertAllKnown(tablePath);
  refuse(twice, `${tablePath} lists`, "more than once");
  refuse(withoutPatient, `${tablePath} has no patient for`, "");
  if (films.length === 0) throw noneFound({ directory, tablePath, names, found });
  const { predefinedSplit, notes } = await readSplitLists(directory, films, seen);
  const missing = missingOf(absent, table.rows.length);
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
      ...leftOut({ name: tablePath, missing, found }),
      ...patients.notes,
      ...contradictions(films, labels),
      ...notes,
    ],
    identify: (film) => ({ digest: fileDigest(films[film].path) }),
    job: (film) => ({ kind: "file", path: films[film].path }),
  };
}

/** What of the table and of the folder is no film, and which of two files is. */
function leftOut(
  { name, missing, found: { unlisted, images, twice, notes } }: {
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
    ...countNote(twice, { of: images, what: "image names", are: "there more than once" }),
  ];
}

/** The error of a table none of whose images is there: what it names, and what is there. */
function noneFound(
  { directory, tablePath, names, found: { files } }: {
    readonly directory: string;
    readonly tablePath: string;
    readonly names: readonly string[];
    readonly found: FoundImages;
  },
): UserError {
  const seen = files.map(({ parts }) => parts.join("/")).filter(isImageName);
  const up = names.some((name) => /(^|[/\\])\.\.([/\\]|$)/.test(name));
  const there = seen.length === 0
    ? "There is no PNG or JPEG image in it, nor in the folders below it"
    : `The images in it and below are ${examples(seen)}: names must agree, folders and endings aside`;
  return new UserError(
    `${directory} has none of the ${names.length} images that ${tablePath} lists: ${examples(names)}`,
    {
      remedy: up ? `${there}. Names with .. are not looked for: write them from the folder on` : there,
    },
  );
}

const examples = (names: readonly string[]) =>
  names.length > 3 ? `${names.slice(0, 3).join(", ")}, …` : names.join(", ");

/** Films that are normal and abnormal at once. */
function contradictions(films: readonly Film[], labels: readonly string[]): string[] {
  const normal = labels.indexOf(noFindingName);
  const both = films.filter((film) => film.labels.length > 1 && film.labels.includes(normal));
  const images = both.map(({ image }) => image);
  return countNote(images, { of: films.length, what: "films", are: `marked ${noFindingName} beside a finding` });
}

function details(row: readonly string[], at: Record<keyof typeof columns, number>): Partial<Film> {
  const age = parseAge(row[at.age] ?? ""), sex = row[at.sex], view = row[at.view];
  return { ...(age !== undefined && { age }), ...(sex && { sex }), ...(view && { view }) };
}

/** Years from `58`, `058Y`, `010M` or `021D`. */
function parseAge(text: string): number | undefined {
  const match = /^(\d+)([YMD]?)$/.exec(text);
  return match
    ? Math.floor(Number(match[1]) / { "": 1, Y: 1, M: 12, D: 365 }[match[2] as "" | "Y" | "M" | "D"])
    : undefined;
}

function refuse(images: readonly string[], before: string, after: string): void {
  if (images.length === 0) return;
  const what = images.length === 1 ? "1 image" : `${images.length} images`;
  throw new UserError(`${[before, what, after].filter((part) => part !== "").join(" ")}, first: ${images[0]}`);
}

function missingOf(absent: readonly string[], rows: number): MissingFilms | undefined {
  if (absent.length === 0) return undefined;
  return { count: absent.length, rows, first: absent[0], expected: rows >= publishedRows };
}

import { UserError } from "../errors.ts";
import type { Dataset, Film, MissingFilms, PredefinedSplit } from "./dataset.ts";
import { fileDigest } from "./file_digest.ts";
import { LabelIndex } from "./labels.ts";
import { listImages, readList } from "./nih_files.ts";
import { findColumns, readTable } from "./table.ts";

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
 * (joined by `|`) and `Patient ID`; images in `images/`, `images_001/images/` …, or beside the table; official lists where
 * they are there. The films are the table's rows whose image is on disk, in the table's order; the others are counted.
 *
 * Throws a UserError for missing columns, unknown labels, an image that is listed twice, and a folder without any of the images.
 */
export async function openNih(directory: string, tablePath: string, labels: readonly string[]): Promise<Dataset> {
  const table = await readTable(tablePath);
  const at = findColumns(table, columns);
  const images = await listImages(directory);
  const index = new LabelIndex(labels);
  const films: (Film & { path: string })[] = [], seen = new Set<string>(), twice: string[] = [], absent: string[] = [];
  const withoutPatient: string[] = [];
  for (const row of table.rows) {
    const image = row[at.image] ?? "";
    const its = index.ofCell(row[at.labels]);
    const patient = row[at.patient] ?? "";
    if (seen.has(image)) twice.push(image);
    seen.add(image);
    if (patient === "") withoutPatient.push(image);
    const path = images.get(image);
    if (path === undefined) absent.push(image);
    else films.push({ image, patient, labels: its, path, ...details(row, at) });
  }
  index.assertAllKnown(tablePath);
  refuse(twice, `${tablePath} lists`, "more than once");
  refuse(withoutPatient, `${tablePath} has no patient for`, "");
  if (films.length === 0) {
    throw new UserError(`${directory} has none of the ${table.rows.length} images that ${tablePath} lists`, {
      remedy: "They are looked for in images/, images_001/images/ … and beside the table",
    });
  }
  return {
    kind: "nih",
    name: directory,
    synthetic: false,
    labels,
    namesPatients: true,
    films,
    ...await officialSplit(directory, films),
    ...missingOf(absent, table.rows.length),
    identify: (film) => ({ digest: fileDigest(films[film].path) }),
    job: (film) => ({ kind: "file", path: films[film].path }),
  };
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

function missingOf(absent: readonly string[], rows: number): { missing?: MissingFilms } {
  if (absent.length === 0) return {};
  return { missing: { count: absent.length, rows, first: absent[0], expected: rows >= publishedRows } };
}

/** With one list only, the other split is the rest. */
async function officialSplit(
  directory: string,
  films: readonly Film[],
): Promise<{ predefinedSplit?: PredefinedSplit }> {
  const [trainList, testList] = await Promise.all(
    ["train_val_list.txt", "test_list.txt"].map((file) => readList(`${directory}/${file}`)),
  );
  if (!trainList && !testList) return {};
  const on = (list: ReadonlySet<string> | undefined, other: ReadonlySet<string> | undefined) =>
    [...films.keys()].filter((film) => list?.has(films[film].image) ?? !other?.has(films[film].image));
  return {
    predefinedSplit: { kind: "official", trainVal: on(trainList, testList), test: on(testList, trainList) },
  };
}

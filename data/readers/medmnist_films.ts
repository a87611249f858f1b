import { UserError } from "../../errors.ts";
import type { NpyArray } from "../../formats/npy.ts";
import { type NpzFile, openNpz } from "../../formats/npz.ts";
import { type SplitName, splitNames as splits } from "../../lineage/cohort.ts";
import type { Dataset, Film } from "../dataset.ts";
import { planeDigest } from "../identity/plane_digest.ts";
import type { Plane } from "../images/plane.ts";
import { noFindingName } from "../labels.ts";
import { customLabelsNote, labelDictFile } from "../tables/label_dict.ts";
import { findMedmnistSet, medmnistArrays, type MedmnistSet, setsOfChestFilms } from "./medmnist_sets.ts";

/** The greatest number of films of a split, and of pixels along a side: ChestMNIST has 78,468 films of at most 224². */
const maxFilms = 2 ** 20, maxSide = 1024;

/**
 * Opens a file of ChestMNIST (`chestmnist.npz`, `chestmnist_64.npz` …: 14 findings) or PneumoniaMNIST (`pneumoniamnist.npz` …: one
 * finding), with its own three splits. The file names no patients, so each film counts as a patient. Opening reads the labels. A
 * split's images (uint8 `[N, S, S]`) are read when the first of them is needed, and then kept in memory: ChestMNIST's training
 * images take 62 MB at S = 28 and 3.9 GB at S = 224.
 *
 * @param customLabels The labels of a `label_dict.txt` beside the file.
 * @throws {UserError} where the file holds another set of MedMNIST or damaged labels, or `customLabels` lacks one of its findings
 */
export async function openMedmnist(path: string, customLabels?: readonly string[]): Promise<Dataset> {
  using file = await openNpz(path);
  const { set, notes } = await findMedmnistSet(file), labels = customLabels ?? set.labels;
  const films: Film[] = [], parts: Record<SplitName, Part> = { train: empty, val: empty, test: empty };
  const labelsOf = rowLabeler(path, set, labels);
  for (const split of splits) {
    await checkLabels(file, split, set);
    const rows = filmsOf(await file.read(`${split}_labels`), { split, set, labelsOf, path });
    parts[split] = { start: films.length, count: rows.length };
    for (const film of rows) films.push(film);
  }
  const images = new Map<SplitName, Promise<SplitImages>>();
  const imagesOf = (split: SplitName) => {
    const kept = images.get(split) ?? readImages(path, split, parts[split].count);
    images.set(split, kept);
    return kept;
  };
  const planeOf = async (film: number): Promise<Plane> => {
    const split = splits.findLast((split) => film >= parts[split].start) ?? "train";
    const { width, height, data } = await imagesOf(split);
    const area = width * height, start = (film - parts[split].start) * area;
    return { width, height, pixels: Uint8Array.from(data.subarray(start, start + area)) };
  };
  const indicesOf = ({ start, count }: Part) => Array.from({ length: count }, (_, i) => start + i);
  return {
    kind: "medmnist",
    name: path,
    synthetic: false,
    labels,
    namesPatients: false,
    films,
    predefinedSplit: {
      given: { train: indicesOf(parts.train), val: indicesOf(parts.val), test: indicesOf(parts.test) },
      drawn: [],
    },
    notes: [...customLabelsNote(customLabels, set), ...notes, ...unreadNote(file)],
    check: async () => {
      for (const split of splits) await imagesOf(split);
    },
    identify: async (film) => {
      const pixels = planeDigest(await planeOf(film));
      return { digest: pixels, pixels };
    },
    job: async (film) => ({ kind: "plane", plane: await planeOf(film) }),
  };
}

/** The place of a split among the dataset's films. */
interface Part {
  readonly start: number;
  readonly count: number;
}

const empty: Part = { start: 0, count: 0 };

/** A split's images, uint8 `[count, height, width]`. */
interface SplitImages {
  readonly height: number;
  readonly width: number;
  readonly data: NpyArray["data"];
}

/** Returns a film's labels, ascending, from a test of whether each of the set's columns is marked. */
type RowLabeler = (isMarked: (column: number) => boolean) => number[];

/** Makes the function that translates the set's columns to labels. Throws a {@linkcode UserError} where one is not a label. */
function rowLabeler(path: string, { findings }: MedmnistSet, labels: readonly string[]): RowLabeler {
  const places = findings.map((label) => labels.indexOf(label)), noFinding = labels.indexOf(noFindingName);
  const absent = findings.filter((label) => !labels.includes(label));
  if (absent.length > 0) throw new UserError(`the ${labelDictFile} beside ${path} lacks ${absent.join(", ")}`);
  return (isMarked) => {
    const marked = places.filter((_, column) => isMarked(column));
    return marked.length > 0 || noFinding < 0 ? marked.sort((a, b) => a - b) : [noFinding];
  };
}

function unreadNote({ path, names }: NpzFile): string[] {
  const others = names.filter((name) => !medmnistArrays.includes(name));
  return others.length === 0 ? [] : [`${path} has other arrays, which are not read: ${others.join(", ")}`];
}

/** Checks the header of a split's labels against the set, before it reads any label. Throws a {@linkcode UserError}. */
async function checkLabels(file: NpzFile, split: SplitName, { name, findings }: MedmnistSet): Promise<void> {
  const { shape } = await file.header(`${split}_labels`), [rows = 0, columns] = shape;
  if (shape.length !== 2 || columns !== findings.length) {
    throw new UserError(
      `${file.path}: ${split}_labels is [${shape.join(", ")}], and ${name}'s has ${findings.length} columns`,
      { remedy: setsOfChestFilms },
    );
  }
  if (rows > maxFilms) {
    throw new UserError(`${file.path}: ${split}_labels has ${rows} rows, and at most ${maxFilms} films are read`);
  }
}

/** Makes a split's films from its labels, uint8 `[rows, columns]`. Throws a {@linkcode UserError} for a label that is not 0 or 1. */
function filmsOf(
  { shape: [rows], data }: NpyArray,
  { split, set: { findings }, labelsOf, path }: {
    readonly split: SplitName;
    readonly set: MedmnistSet;
    readonly labelsOf: RowLabeler;
    readonly path: string;
  },
): Film[] {
  const columns = findings.length, wrong = data.findIndex((value) => value !== 0 && value !== 1);
  if (wrong >= 0) {
    const row = Math.floor(wrong / columns), label = findings[wrong % columns];
    throw new UserError(
      `${path}: ${split}_labels says ${data[wrong]} of ${label} in row ${row}, and a label is 0 or 1`,
      columns === 1 ? { remedy: setsOfChestFilms } : {},
    );
  }
  return Array.from({ length: rows ?? 0 }, (_, row) => {
    const labels = labelsOf((column) => data[row * columns + column] === 1);
    return { image: `${split}/${row}`, patient: `${split}/${row}`, labels };
  });
}

async function readImages(path: string, split: SplitName, count: number): Promise<SplitImages> {
  using file = await openNpz(path);
  const name = `${split}_images`, { shape, dtype } = await file.header(name), [, height = 0, width = 0] = shape;
  const expected = `expected uint8 [${count}, height, width]`;
  if (dtype !== "uint8" || shape.length !== 3 || shape[0] !== count) {
    throw new UserError(`${path}: ${name} is ${dtype} [${shape.join(", ")}], ${expected}`);
  }
  if ([height, width].some((side) => side < 1 || side > maxSide)) {
    throw new UserError(`${path}: ${name} is [${shape.join(", ")}], ${expected} with sides from 1 to ${maxSide}`);
  }
  return { height, width, data: (await file.read(name)).data };
}

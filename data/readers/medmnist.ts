import { UserError } from "../../errors.ts";
import type { NpyArray } from "../../formats/npy.ts";
import { listNpz, type NpzFile, openNpz } from "../../formats/npz.ts";
import { type SplitName, splitNames as splits } from "../../lineage/cohort.ts";
import type { Dataset, Film } from "../dataset.ts";
import { noFindingName, ownLabelsNote } from "../labels.ts";
import { findMedmnistSet, type MedmnistSet, setsOfChestFilms } from "./medmnist_sets.ts";
import type { Plane } from "../images/plane.ts";
import { planeDigest } from "../identity/plane_digest.ts";

/** The most films of a split, and the longest side of an image: ChestMNIST has 78,468 of at most 224. */
const mostFilms = 2 ** 20, longestSide = 1024;

/** The arrays of a MedMNIST file. */
export const medmnistArrays: readonly string[] = splits.flatMap((split) => [`${split}_images`, `${split}_labels`]);

/** Whether an `.npz` file has MedMNIST's arrays. */
export async function isMedmnist(path: string): Promise<boolean> {
  const arrays = await listNpz(path);
  return medmnistArrays.every((array) => arrays.includes(array));
}

/**
 * Opens a file of ChestMNIST (`chestmnist.npz`, `chestmnist_64.npz` …: 14 findings) or PneumoniaMNIST (`pneumoniamnist.npz` …: one),
 * with its own three splits. It names no patients, so each film counts as a patient. Labels are read at once; a split's images
 * (uint8 `[N, S, S]`) when the first of them is asked for, and then kept: of ChestMNIST 62 MB of training images at S = 28, 3.9 GB
 * at 224.
 *
 * @param own The labels of a `label_dict.txt` beside it.
 */
export async function openMedmnist(path: string, own?: readonly string[]): Promise<Dataset> {
  using file = await openNpz(path);
  const { set, notes } = await findMedmnistSet(file), { findings } = set, labels = own ?? set.labels;
  const places = findings.map((label) => labels.indexOf(label)), noFinding = labels.indexOf(noFindingName);
  const absent = findings.filter((_, i) => places[i] < 0);
  if (absent.length > 0) throw new UserError(`the label_dict.txt beside ${path} lacks ${absent.join(", ")}`);
  const films: Film[] = [];
  const starts: Record<SplitName, number> = { train: 0, val: 0, test: 0 };
  for (const split of splits) {
    starts[split] = films.length;
    await checkLabels(file, split, set);
    const rows = filmsOf(await file.read(`${split}_labels`), { split, findings, places, noFinding, path });
    for (const film of rows) films.push(film);
  }
  const indices = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const splitOf = (film: number) => splits.findLast((split) => film >= starts[split]) ?? "train";
  const images = new Map<string, Promise<NpyArray>>();
  const imagesOf = (split: SplitName) => {
    const known = images.get(split) ?? readImages(path, split, countOf(split));
    images.set(split, known);
    return known;
  };
  const planeOf = async (film: number): Promise<Plane> => {
    const split = splitOf(film), { shape: [, height, width], data } = await imagesOf(split);
    const area = width * height, start = (film - starts[split]) * area;
    return { width, height, pixels: Uint8Array.from(data.subarray(start, start + area)) };
  };
  const countOf = (split: SplitName) =>
    ({ train: starts.val, val: starts.test - starts.val, test: films.length - starts.test })[split];
  return {
    kind: "medmnist",
    name: path,
    synthetic: false,
    labels,
    namesPatients: false,
    films,
    predefinedSplit: {
      given: {
        train: indices(0, starts.val),
        val: indices(starts.val, starts.test),
        test: indices(starts.test, films.length),
      },
      drawn: [],
    },
    notes: [...ownLabelsNote(own, set), ...notes, ...unread(file)],
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

function unread({ path, names }: NpzFile): string[] {
  const others = names.filter((name) => !medmnistArrays.includes(name));
  return others.length === 0 ? [] : [`${path} has other arrays, which are not read: ${others.join(", ")}`];
}

/** Refuses labels that are not the set's by what the header says, before anything of them is in memory. */
async function checkLabels(file: NpzFile, split: SplitName, { name, findings }: MedmnistSet): Promise<void> {
  const { shape } = await file.header(`${split}_labels`);
  if (shape.length !== 2 || shape[1] !== findings.length) {
    throw new UserError(
      `${file.path}: ${split}_labels is [${shape.join(", ")}], and ${name}'s has ${findings.length} columns`,
      { remedy: setsOfChestFilms },
    );
  }
  if (shape[0] > mostFilms) {
    throw new UserError(`${file.path}: ${split}_labels has ${shape[0]} rows, and at most ${mostFilms} films are read`);
  }
}

function filmsOf(
  { shape, data }: NpyArray,
  { split, findings, places, noFinding, path }: {
    readonly split: SplitName;
    readonly findings: readonly string[];
    readonly places: readonly number[];
    readonly noFinding: number;
    readonly path: string;
  },
): Film[] {
  const wrong = data.findIndex((value) => value !== 0 && value !== 1);
  if (wrong >= 0) {
    const row = Math.floor(wrong / findings.length), label = findings[wrong % findings.length];
    throw new UserError(
      `${path}: ${split}_labels says ${data[wrong]} of ${label} in row ${row}, and a label is 0 or 1`,
      findings.length === 1 ? { remedy: setsOfChestFilms } : {},
    );
  }
  return Array.from({ length: shape[0] }, (_, row) => {
    const its = findings.flatMap((_, column) => data[row * findings.length + column] ? [places[column]] : []);
    const labels = its.length > 0 || noFinding < 0 ? its.sort((a, b) => a - b) : [noFinding];
    return { image: `${split}/${row}`, patient: `${split}/${row}`, labels };
  });
}

async function readImages(path: string, split: SplitName, count: number): Promise<NpyArray> {
  using file = await openNpz(path);
  const name = `${split}_images`, { shape, dtype } = await file.header(name);
  const expected = `expected uint8 [${count}, height, width]`;
  if (dtype !== "uint8" || shape.length !== 3 || shape[0] !== count) {
    throw new UserError(`${path}: ${name} is ${dtype} [${shape.join(", ")}], ${expected}`);
  }
  if (shape.some((side, axis) => axis > 0 && (side < 1 || side > longestSide))) {
    throw new UserError(`${path}: ${name} is [${shape.join(", ")}], ${expected} with sides from 1 to ${longestSide}`);
  }
  return await file.read(name);
}

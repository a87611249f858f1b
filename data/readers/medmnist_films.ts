import { UserError } from "../../errors.ts";
import type { NpyArray } from "../../formats/npy.ts";
import { type NpzFile, openNpz } from "../../formats/npz.ts";
import { type SplitName, splitNames as splits } from "../../lineage/cohort.ts";
import type { Dataset, Film } from "../dataset.ts";
import { planeDigest } from "../identity/plane_digest.ts";
import type { Plane } from "../images/plane.ts";
import { noFindingName } from "../labels.ts";
import { customLabelsNote } from "../tables/label_dict.ts";
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
  const { set, notes } = await findMedmnistSet(file), { findings } = set, labels = customLabels ?? set.labels;
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
    const kept = images.get(split) ?? readImages(path, split, countOf(split));
    images.set(split, kept);
    return kept;
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

function unreadNote({ path, names }: NpzFile): string[] {
  const others = names.filter((name) => !medmnistArrays.includes(name));
  return others.length === 0 ? [] : [`${path} has other arrays, which are not read: ${others.join(", ")}`];
}

/** Checks the header of a split's labels against the set, before it reads any label. Throws a {@linkcode UserError}. */
async function checkLabels(file: NpzFile, split: SplitName, { name, findings }: MedmnistSet): Promise<void> {
  const { shape } = await file.header(`${split}_labels`);
  if (shape.length !== 2 || shape[1] !== findings.length) {
    throw new UserError(
      `${file.path}: ${split}_labels is [${shape.join(", ")}], and ${name}'s has ${findings.length} columns`,
      { remedy: setsOfChestFilms },
    );
  }
  if (shape[0] > maxFilms) {
    throw new UserError(`${file.path}: ${split}_labels has ${shape[0]} rows, and at most ${maxFilms} films are read`);
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
    const marked = findings.flatMap((_, column) => data[row * findings.length + column] ? [places[column]] : []);
    const labels = marked.length > 0 || noFinding < 0 ? marked.sort((a, b) => a - b) : [noFinding];
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
  if (shape.some((side, axis) => axis > 0 && (side < 1 || side > maxSide))) {
    throw new UserError(`${path}: ${name} is [${shape.join(", ")}], ${expected} with sides from 1 to ${maxSide}`);
  }
  return await file.read(name);
}

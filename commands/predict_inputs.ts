import { extname } from "node:path";
import { darkFilmsNote } from "../data/checks/dark_films.ts";
import { type FilmBatch, filmBatches } from "../data/stream/film_batches.ts";
import { expandImages } from "../data/inputs/expand_images.ts";
import { readInputList } from "../data/inputs/input_list.ts";
import { rangeFault } from "../data/images/normalization.ts";
import { npyBatches, type NpyFilms, readNpyFilms, toChannelsLast } from "../data/inputs/npy_films.ts";
import { sizeOf } from "../dsl/shape.ts";
import { printable, UserError } from "../errors.ts";
import type { TrainedModel } from "./trained_model.ts";

/** What the command line names to predict. */
export interface Inputs {
  /** Files, folders and globs. */
  readonly names: readonly string[];
  readonly list?: string;
}

/** What `--input`, `--input-list` and the arguments name. Throws a {@linkcode UserError} where that is nothing. */
export function inputsOf(
  { input, inputList: list }: { readonly input?: string; readonly inputList?: string },
  args: readonly string[],
): Inputs {
  const names = [...(input === undefined ? [] : [input]), ...args];
  if (names.length === 0 && list === undefined) {
    throw new UserError("predict needs films", { remedy: "Name images, or a batch with --input FILE.npy" });
  }
  return { names, list };
}

/** The `.npy` batch among the inputs, which goes alone. */
export async function readBatch({ names, list }: Inputs): Promise<NpyFilms | undefined> {
  const file = names.find((name) => extname(name) === ".npy");
  if (file === undefined) return undefined;
  if (names.length > 1 || list !== undefined) {
    throw new UserError("a .npy batch goes alone", { remedy: `Predict ${file} without the others` });
  }
  return await readNpyFilms(file);
}

/** Films to predict. */
export interface FilmSource {
  /** How many there are, damaged ones included. */
  readonly count: number;
  readonly batches: AsyncIterable<FilmBatch> | Iterable<FilmBatch>;
  /** What to tell of them before they are predicted. */
  readonly warnings: () => Promise<readonly string[]>;
}

/** The films of a `.npy` batch. What is odd about their values is told on standard error. */
export function npyFilms(npy: NpyFilms, { model, channels }: TrainedModel, batchSize: number): FilmSource {
  const images = toChannelsLast(npy, model.input), size = sizeOf(model.input), fault = rangeFault(images, channels);
  if (fault) console.error(`warning: ${npy.file} holds ${fault}`);
  return {
    count: images.length / size,
    batches: npyBatches(npy.file, images, { size, batchSize }),
    warnings: () => Promise.resolve([]),
  };
}

/** The films that are images. What was passed over on the way to them is told on standard error. */
export async function imageFilms(
  { names, list }: Inputs,
  { model: { input: [imageSize] }, channels }: TrainedModel,
  options: { readonly batchSize: number; readonly onFailed: (name: string, reason: string) => void },
): Promise<FilmSource> {
  const { paths: named, notes } = expandImages(names);
  const paths = list === undefined ? named : [...named, ...await readInputList(list)];
  for (const note of notes) console.error(printable(note));
  return {
    count: paths.length,
    batches: filmBatches(paths, { imageSize, channels, ...options }),
    async warnings() {
      const dark = await darkFilmsNote(paths);
      return dark === undefined ? [] : [dark];
    },
  };
}

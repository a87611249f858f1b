import { expandImages } from "../data/inputs/expand_images.ts";
import { rangeFault } from "../data/images/normalization.ts";
import { npyBatches, type NpyFilms, toChannelsLast } from "../data/inputs/npy_films.ts";
import { readInputList } from "../data/inputs/input_list.ts";
import { darkFilmsNote } from "../data/checks/dark_films.ts";
import { type FilmBatch, filmBatches } from "../data/stream/film_batches.ts";
import { sizeOf } from "../dsl/shape.ts";
import type { TrainedModel } from "../trained/trained_model.ts";
import { imageShape } from "./image_shape.ts";

/** Films to predict, ready for a model. */
export interface FilmSource {
  /** How many there are, damaged ones included. */
  readonly count: number;
  /** What to know of how they were found, a line each. */
  readonly notes: readonly string[];
  readonly batches: AsyncIterable<FilmBatch> | Iterable<FilmBatch>;
  /** Looks for what makes predictions worthless, such as films that are all but black; resolves to a line for each. */
  readonly warnings: () => Promise<readonly string[]>;
}

/**
 * Takes the films of a `.npy` batch, float32 `[N, C, H, W]`, as they are.
 *
 * @throws {UserError} where the array is of another type or shape, or holds what is not finite
 */
export function npyFilms(
  npy: NpyFilms,
  { model, channels }: Pick<TrainedModel, "model" | "channels">,
  batchSize: number,
): FilmSource {
  const images = toChannelsLast(npy, model.input), size = sizeOf(model.input), fault = rangeFault(images, channels);
  return {
    count: images.length / size,
    notes: fault ? [`warning: ${npy.file} holds ${fault}`] : [],
    batches: npyBatches(npy.file, images, { size, batchSize }),
    warnings: () => Promise.resolve([]),
  };
}

/** Which image files are predicted, and how many at a time. */
export interface ImageFilmsOptions {
  /** Files, folders and globs, see {@linkcode expandImages}. */
  readonly names: readonly string[];
  /** A file that lists further paths, one a line; `-` is standard input. */
  readonly list?: string;
  readonly batchSize: number;
  /** Receives each film that cannot be decoded, which is then skipped. */
  readonly onFailed: (name: string, reason: string) => void;
}

/**
 * Finds image files, and decodes them as they are needed: memory holds a few batches, however many films there are.
 *
 * @throws {UserError} where a name stands for no film, or the list cannot be read
 */
export async function imageFilms(
  { model, channels }: Pick<TrainedModel, "model" | "channels">,
  { names, list, ...options }: ImageFilmsOptions,
): Promise<FilmSource> {
  const { paths: named, notes } = expandImages(names), [imageSize] = imageShape(model);
  const paths = list === undefined ? named : [...named, ...await readInputList(list)];
  return {
    count: paths.length,
    notes,
    batches: filmBatches(paths, { imageSize, channels, ...options }),
    async warnings() {
      const dark = await darkFilmsNote(paths);
      return dark === undefined ? [] : [dark];
    },
  };
}

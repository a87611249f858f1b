import { basename } from "node:path";
import { UserError } from "../../errors.ts";
import type { NpyArray } from "../../formats/npy.ts";
import { readNpyFile } from "../../formats/npy_file.ts";
import type { FilmBatch } from "../stream/film_batches.ts";

/** A batch of films in NumPy's format, which the user has preprocessed. */
export interface NpyFilms {
  readonly file: string;
  /** The array as the file has it. */
  readonly array: NpyArray;
  /** Height and width of the images, where the file holds any. */
  readonly size?: readonly [height: number, width: number];
}

/**
 * Reads a `.npy` file.
 *
 * @throws {UserError} where it cannot be read or is damaged
 */
export async function readNpyFilms(file: string): Promise<NpyFilms> {
  const array = await readNpyFile(file), [, , height, width] = array.shape;
  return { file, array, ...(height > 0 && width > 0 && { size: [height, width] }) };
}

/**
 * Converts the films of a `.npy` file, float32 `[N, C, H, W]`, to `[N, H, W, C]` for a model with the input `[H, W, C]`.
 *
 * @throws {UserError} where the array has another type or shape, or holds NaN or an infinity
 */
export function toChannelsLast(
  { file, array: { shape, data } }: NpyFilms,
  [height, width, channels]: readonly number[],
): Float32Array {
  if (!(data instanceof Float32Array) || shape.length !== 4 || `${shape.slice(1)}` !== `${[channels, height, width]}`) {
    const type = data.constructor.name.replace("Array", "").toLowerCase();
    throw new UserError(
      `${file} must be float32 [N, ${channels}, ${height}, ${width}], and is ${type} [${shape.join(", ")}]`,
    );
  }
  const [n] = shape, bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const [film, channel, row, column] = placeOf(bad, shape);
    throw new UserError(
      `${file} holds ${data[bad]}: film ${film}, channel ${channel}, row ${row}, column ${column}, counted from 0`,
    );
  }
  if (n === 0) throw new UserError(`${file} holds no film: it is float32 [${shape.join(", ")}]`);
  if (channels === 1) return data;
  const images = new Float32Array(data.length), area = height * width;
  for (let film = 0; film < n; film++) {
    for (let c = 0; c < channels; c++) {
      const from = (film * channels + c) * area;
      for (let i = 0; i < area; i++) images[(film * area + i) * channels + c] = data[from + i];
    }
  }
  return images;
}

/** Divides the images of a `.npy` file, each of `size` numbers, into batches; the last may be short. Films are called `file.npy[0]`. */
export function* npyBatches(
  file: string,
  images: Float32Array,
  { size, batchSize }: { readonly size: number; readonly batchSize: number },
): Generator<FilmBatch, void, void> {
  const count = images.length / size;
  for (let film = 0; film < count; film += batchSize) {
    const names = Array.from(
      { length: Math.min(batchSize, count - film) },
      (_, i) => `${basename(file)}[${film + i}]`,
    );
    yield { names, images: images.subarray(film * size, (film + names.length) * size) };
  }
}

/** Computes the indices of an element from its number in row-major order. */
function placeOf(element: number, shape: readonly number[]): number[] {
  return shape.map((side, axis) =>
    Math.floor(element / shape.slice(axis + 1).reduce((size, next) => size * next, 1)) % side
  );
}

import { basename } from "node:path";
import { UserError } from "../../errors.ts";
import type { NpyArray } from "../../formats/npy.ts";
import { readNpyFile } from "../../formats/npy_file.ts";
import type { FilmBatch } from "../stream/film_batches.ts";

/** Films in NumPy's format, prepared for a model by somebody else. */
export interface NpyFilms {
  readonly file: string;
  /** As the file has it. */
  readonly array: NpyArray;
  /** Height and width of its images, where it holds any. */
  readonly size?: readonly [height: number, width: number];
}

/** Reads a `.npy` file. */
export async function readNpyFilms(file: string): Promise<NpyFilms> {
  const array = await readNpyFile(file), [, , height, width] = array.shape;
  return { file, array, ...(height > 0 && width > 0 && { size: [height, width] }) };
}

/**
 * The films of a `.npy` file, float32 `[N, C, H, W]`, as `[N, H, W, C]` for a model of that input.
 *
 * @throws {UserError} where the array is of another type or shape, or holds what is not finite
 */
export function imagesOf(
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

/** The images of a `.npy` file, each of `size` numbers, in batches; the last is as short as it comes. A film is called `file.npy[0]`. */
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

/** The indices of an element, from its number in row-major order. */
function placeOf(element: number, shape: readonly number[]): number[] {
  return shape.map((side, axis) =>
    Math.floor(element / shape.slice(axis + 1).reduce((size, next) => size * next, 1)) % side
  );
}

import { fileSource } from "../images/byte_source.ts";
import { decodeImage } from "../images/decode.ts";
import { readFilm } from "../stream/film_job.ts";
import { imageFormat } from "../images/image_format.ts";
import { readPngHeader } from "../images/png_chunks.ts";

/** Files whose headers are read, and films of 16 bits that are decoded, at most. */
const maxHeaders = 256, maxFilms = 16;

/** The bits that detectors give values of. A film of 16 bits that holds none of more is dark. */
const detectorBits = [8, 10, 12, 14];

/**
 * What to tell once of a dataset's files, or of those to predict, where files of 16 bits hold values of fewer: their
 * numbers stay as they are, so such films come out nearly black. Looks at a few files from the whole list, and passes over
 * what cannot be read: that is told where it is decoded. `undefined` where there is nothing to tell.
 */
export async function darkFilmsNote(paths: readonly string[]): Promise<string | undefined> {
  const greatest: number[] = [], step = Math.max(1, paths.length / maxHeaders);
  for (let i = 0; i < paths.length && greatest.length < maxFilms; i += step) {
    const value = await greatestOf(paths[Math.floor(i)]).catch(() => undefined);
    if (value !== undefined) greatest.push(value);
  }
  return describeDarkFilms(greatest);
}

/**
 * {@linkcode darkFilmsNote} for the greatest values, 0…65535, of some films of 16 bits.
 *
 * @example
 * ```ts
 * import { describeDarkFilms } from "./dark_films.ts";
 * console.assert(describeDarkFilms([60000, 65535]) === undefined);
 * console.assert(describeDarkFilms([60000, 4000])?.startsWith("1 of the 2 films of 16 bits that were looked at "));
 * ```
 */
export function describeDarkFilms(greatest: readonly number[]): string | undefined {
  const bitsOf = (value: number) => detectorBits.find((bits) => value < 2 ** bits) ?? 16;
  const dark = greatest.filter((value) => value > 0 && bitsOf(value) < 16); // one of zeros may be any film's
  if (dark.length === 0) return undefined;
  const bits = bitsOf(Math.max(...dark)), most = 2 ** bits - 1, factor = 2 ** (16 - bits);
  return `${dark.length} of the ${greatest.length} films of 16 bits that were looked at hold no value above ${most}: they look ` +
    `like films of ${bits} bits, and come out at ${
      (100 / factor).toPrecision(2)
    } % of their brightness. If they are, multiply ` +
    `them by ${factor}, with ImageMagick into another folder: mogrify -path OTHER -evaluate multiply ${factor} FOLDER/*.png`;
}

/** A film's greatest value as its file has it; undefined where the file does not have 16 bits. */
async function greatestOf(path: string): Promise<number | undefined> {
  if (!isDeep(path)) return undefined;
  const { pixels } = decodeImage(await readFilm(path), path);
  let greatest = 0;
  for (const value of pixels) greatest = Math.max(greatest, value);
  return Math.round(257 * greatest);
}

function isDeep(path: string): boolean {
  const { isFile, size } = Deno.statSync(path);
  if (!isFile) return false;
  using file = Deno.openSync(path);
  const source = fileSource(file, size);
  return imageFormat(source.read(0, 8)) === "png" && readPngHeader(source).depth === 16;
}

import { fileSource } from "../images/byte_source.ts";
import { decodeImage } from "../images/decode.ts";
import { imageFormat } from "../images/image_format.ts";
import { readPngHeader } from "../images/png_chunks.ts";
import { readFilm } from "../stream/film_job.ts";

/** The greatest numbers of files whose headers are read, and of 16-bit films that are decoded. */
const maxHeaders = 256, maxFilms = 16;

/** Bit depths of detectors. A 16-bit film whose values fit into one of them is dark. */
const detectorBits = [8, 10, 12, 14];

/**
 * Warns of 16-bit files whose values take fewer bits: Thorax keeps the numbers, so such films come out nearly black. It looks at a
 * few files spread over the list and skips what it cannot read, since decoding reports that.
 *
 * @returns The warning; `undefined` where no film is dark.
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
 * Makes the warning of {@linkcode darkFilmsNote} from the greatest values, 0…65535, of some 16-bit films.
 *
 * @example
 * ```ts
 * import { describeDarkFilms } from "./dark_films.ts";
 * console.assert(describeDarkFilms([60000, 65535]) === undefined);
 * console.assert(describeDarkFilms([60000, 4000])?.startsWith("1 of the 2 films of 16 bits that Thorax looked at "));
 * ```
 */
export function describeDarkFilms(greatest: readonly number[]): string | undefined {
  const bitsOf = (value: number) => detectorBits.find((bits) => value < 2 ** bits) ?? 16;
  const dark = greatest.filter((value) => value > 0 && bitsOf(value) < 16); // a film of zeros tells nothing
  if (dark.length === 0) return undefined;
  const bits = bitsOf(Math.max(...dark)), most = 2 ** bits - 1, factor = 2 ** (16 - bits);
  const percent = (100 / factor).toPrecision(2);
  return `${dark.length} of the ${greatest.length} films of 16 bits that Thorax looked at hold no value above ${most}: they look ` +
    `like films of ${bits} bits, and come out at ${percent} % of their brightness. If they are, multiply them by ${factor}, with ` +
    `ImageMagick into another folder: mogrify -path OTHER -evaluate multiply ${factor} FOLDER/*.png`;
}

/** A film's greatest value as its file has it; `undefined` where the file does not have 16 bits. */
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

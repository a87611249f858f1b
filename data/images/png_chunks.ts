import { crc32 } from "node:zlib";
import { type ByteSource, UnexpectedEndError } from "./byte_source.ts";
import { checkImageSize } from "./image_size.ts";

/** The bytes that every PNG file begins with. */
export const pngSignature: readonly number[] = [137, 80, 78, 71, 13, 10, 26, 10];

/** A color type of PNG. */
interface Color {
  /** Number of channels. With 2 or 4 the last is alpha. */
  readonly channels: number;
  /** The allowed numbers of bits per channel. */
  readonly depths: readonly number[];
  readonly palette?: true;
}

const colors: Partial<Record<number, Color>> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  3: { channels: 1, depths: [1, 2, 4, 8], palette: true },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
};

/** A PNG's header. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits per channel: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  /** 1 gray or a palette's index, 2 gray and alpha, 3 RGB, 4 RGBA. */
  readonly channels: number;
  readonly palette: boolean;
  readonly interlaced: boolean;
}

/** A chunk's type and the place of its data in the file. Its type is in the 4 bytes before them, its CRC in the 4 after. */
export interface PngChunk {
  readonly type: string;
  readonly at: number;
  readonly length: number;
}

/**
 * Reads a PNG's header. Source: the PNG specification, section 11.2.1.
 *
 * @throws {Error} where it is not what the specification allows, or claims too many pixels
 */
export function readPngHeader(source: ByteSource): PngHeader {
  const chunk = chunkAt(source, pngSignature.length), { type, at, length } = chunk;
  if (type !== "IHDR" || length !== 13) throw new Error("it has no header");
  checkPngCrc(source, chunk);
  const bytes = source.read(at, length), view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const width = view.getUint32(0), height = view.getUint32(4);
  const [depth, colorType, compression, filter, interlace] = bytes.subarray(8), color = colors[colorType];
  checkImageSize(width, height);
  if (!color?.depths.includes(depth)) throw new Error(`PNG has no color type ${colorType} of ${depth} bits`);
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw new Error(`PNG has no methods ${compression}, ${filter}, ${interlace} of compression, filter and interlace`);
  }
  const { channels, palette = false } = color;
  return { width, height, depth, channels, palette, interlaced: interlace === 1 };
}

/**
 * Iterates over a PNG's chunks from the header to the end, IEND. What follows is not part of the image. Whoever reads a chunk's data
 * checks its CRC. Source: the PNG specification, sections 5 and 11.
 *
 * @throws {Error} where the file ends early, lacks its palette, or has an unknown critical chunk
 */
export function* readPngChunks(source: ByteSource, { palette }: PngHeader): Generator<PngChunk> {
  for (let at = pngSignature.length, type = "", hasPalette = false; type !== "IEND";) {
    const chunk = chunkAt(source, at);
    ({ type } = chunk);
    at = chunk.at + chunk.length + 4;
    if (type === "PLTE") hasPalette = true;
    if (type === "IDAT" && palette && !hasPalette) throw new Error("its pixels are a palette's, and it has no palette");
    if (isCritical(type) && !critical.has(type)) throw new Error(`it has a chunk ${type}, which PNG does not know`);
    yield chunk;
  }
}

/**
 * Checks a chunk's checksum.
 *
 * @throws {Error} that names the chunk where it does not fit
 */
export function checkPngCrc(source: ByteSource, { type, at, length }: PngChunk): void {
  const [a, b, c, d] = source.read(at + length, 4), expected = (a << 24 | b << 16 | c << 8 | d) >>> 0;
  if (crc32(source.read(at - 4, length + 4)) !== expected) throw new Error(`CRC mismatch in the chunk ${type}`);
}

const critical: ReadonlySet<string> = new Set(["IHDR", "PLTE", "IDAT", "IEND"]);

/** Whether an image cannot be read without understanding a chunk of this type: its first letter is a capital. */
function isCritical(type: string): boolean {
  return /^[A-Z]/.test(type);
}

function chunkAt(source: ByteSource, at: number): PngChunk {
  const head = source.read(at, 8), length = new DataView(head.buffer, head.byteOffset, 4).getUint32(0);
  const type = String.fromCharCode(...head.subarray(4)).replace(/[^A-Za-z]/g, "?");
  if (at + 12 + length > source.size) throw new UnexpectedEndError();
  return { type, at: at + 8, length };
}

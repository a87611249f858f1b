import { Buffer } from "node:buffer";
import { crc32, inflateSync } from "node:zlib";

/** What a PNG file holds: `[height, width, channels]`, a byte each. */
interface PngBytes {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Channels by colour type, of those that are no palette. */
const channelsOf: Partial<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 };

/**
 * The common form of PNG, 8 bits a channel, neither interlaced nor of a palette, by the platform's zlib; undefined of any other, and of
 * methods of compression and filtering that the specification does not have.
 *
 * @throws {Error} that says what is wrong with the file
 */
export function decodeBytePng(bytes: Uint8Array): PngBytes | undefined {
  const { header, data } = readChunks(bytes);
  const width = header.getUint32(0), height = header.getUint32(4);
  const [depth, colour, ...methods] = [8, 9, 10, 11, 12].map((at) => header.getUint8(at));
  const channels = channelsOf[colour];
  if (depth !== 8 || channels === undefined || methods.some((method) => method !== 0)) return undefined;
  const length = (width * channels + 1) * height;
  const filtered = inflate(data, length);
  if (width === 0 || height === 0 || filtered.length < length) throw new Error("the image data ends early");
  return { width, height, channels, data: unfilter(filtered, { height, rowBytes: width * channels, channels }) };
}

/** Checks every chunk's CRC; the header's fields, and the compressed data. Source: the PNG specification, section 5. */
function readChunks(bytes: Uint8Array): { header: DataView; data: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [];
  let header: DataView | undefined;
  for (let at = 8, type = ""; type !== "IEND"; at += 12 + view.getUint32(at)) {
    const end = at + 8 + (at + 12 <= bytes.length ? view.getUint32(at) : Infinity);
    if (end + 4 > bytes.length) throw new Error("the file ends early");
    type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) {
      throw new Error(`CRC mismatch in the chunk ${type.replace(/[^A-Za-z]/g, "?")}`);
    }
    if (type === "IHDR" && end - at === 8 + 13) header = new DataView(view.buffer, view.byteOffset + at + 8, 13);
    if (type === "IDAT") parts.push(bytes.subarray(at + 8, end));
  }
  if (!header) throw new Error("it has no header");
  return { header, data: parts.length === 1 ? parts[0] : Buffer.concat(parts) };
}

/** No more than a byte beyond `length` is made, however many the data would give. */
function inflate(data: Uint8Array, length: number): Uint8Array {
  try {
    return inflateSync(data, {
      maxOutputLength: Math.min(length + 1, 2 ** 31 - 1),
      chunkSize: Math.min(length + 64, 2 ** 21),
    });
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_BUFFER_TOO_LARGE") throw error;
    throw new Error("there is more image data than its size takes", { cause: error });
  }
}

/**
 * Undoes a row's filter: `line` and `above` have one pixel of zeros before the row, so that what is left of a byte is `channels`
 * before it.
 */
type Unfilter = (source: Uint8Array, line: Uint8Array, above: Uint8Array, channels: number) => void;

/** By filter type. Source: the PNG specification, section 9. */
const unfilters: readonly Unfilter[] = [
  (source, line, _, n) => line.set(source, n),
  (source, line, _, n) => {
    for (let i = 0; i < source.length; i++) line[i + n] = source[i] + line[i];
  },
  (source, line, above, n) => {
    for (let i = 0; i < source.length; i++) line[i + n] = source[i] + above[i + n];
  },
  (source, line, above, n) => {
    for (let i = 0; i < source.length; i++) line[i + n] = source[i] + ((line[i] + above[i + n]) >> 1);
  },
  (source, line, above, n) => {
    for (let i = 0; i < source.length; i++) line[i + n] = source[i] + paeth(line[i], above[i + n], above[i]);
  },
];

/** Which of three neighbours is nearest to left + up − corner; without branches, which films' noise would mispredict. */
function paeth(left: number, up: number, corner: number): number {
  const toLeft = magnitude(up - corner), toUp = magnitude(left - corner), toCorner = magnitude(left + up - 2 * corner);
  const notLeft = ((toUp - toLeft) | (toCorner - toLeft)) >> 31, notUp = (toCorner - toUp) >> 31;
  return (left & ~notLeft) | (((up & ~notUp) | (corner & notUp)) & notLeft);
}

const magnitude = (value: number) => (value ^ (value >> 31)) - (value >> 31);

function unfilter(
  filtered: Uint8Array,
  { height, rowBytes, channels }: { height: number; rowBytes: number; channels: number },
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(rowBytes * height);
  let line = new Uint8Array(channels + rowBytes), above = new Uint8Array(channels + rowBytes);
  for (let y = 0; y < height; y++) {
    const at = y * (rowBytes + 1), undo = unfilters[filtered[at]];
    if (!undo) throw new Error(`row ${y} has filter ${filtered[at]}, and PNG has 0 to 4`);
    undo(filtered.subarray(at + 1, at + 1 + rowBytes), line, above, channels);
    out.set(line.subarray(channels), y * rowBytes);
    [line, above] = [above, line];
  }
  return out;
}

import type { ByteSource } from "./byte_source.ts";
import { checkImageSize } from "./image_size.ts";

/** The image in a JPEG file. */
export interface JpegFrame {
  readonly width: number;
  readonly height: number;
  /** Sampling factors of each component, 16 · horizontal + vertical. One component is gray, three are color, four CMYK or YCCK. */
  readonly sampling: readonly number[];
}

/** A JPEG file's header: everything before the image's data. */
export interface JpegHeader extends JpegFrame {
  /** The transform that an Adobe marker names: 0 none (RGB, CMYK), 1 YCbCr, 2 YCCK. */
  readonly transform?: number;
  /** Position of the image's data in the file. */
  readonly dataAt: number;
}

/** The second bytes of markers, whose first byte is 0xff. Source: ITU-T T.81, table B.1. */
export const marker = {
  huffman: 0xc4,
  /** The first of eight restart markers. */
  restart: 0xd0,
  start: 0xd8,
  end: 0xd9,
  scan: 0xda,
  restartInterval: 0xdd,
  adobe: 0xee,
} as const;

/** Makes the error for image data that contradict themselves. */
export function damagedData(options?: ErrorOptions): Error {
  return new Error("its image data are damaged", options);
}

/** Whether a marker begins a frame: 0xc0 to 0xcf except Huffman tables, arithmetic conditioning and a reserved one. */
export function isStartOfFrame(kind: number): boolean {
  return (kind & 0xf0) === 0xc0 && kind !== marker.huffman && kind !== 0xc8 && kind !== 0xcc;
}

/**
 * Reads a JPEG's segments up to its first scan. Source: ITU-T T.81, annex B.
 *
 * @throws {Error} where they are damaged, or Thorax does not read images of that form or size
 */
export function readJpegHeader(source: ByteSource): JpegHeader {
  let frame: JpegFrame | undefined, transform: number | undefined;
  for (let at = 2;;) {
    const [fill, kind] = source.read(at, 2);
    if (fill !== 0xff) throw new Error("its header is damaged");
    if (kind === 0xff) at++; // fill bytes before a marker
    else if (kind === marker.end) throw new Error("it has no image");
    else {
      const [high, low] = source.read(at + 2, 2), length = high << 8 | low;
      if (isStartOfFrame(kind)) frame = readJpegFrame(kind, source.read(at + 4, Math.max(length - 2, 0)));
      if (kind === marker.adobe && length >= 14) transform = adobeTransform(source.read(at + 4, 12)) ?? transform;
      at += 2 + length;
      if (kind !== marker.scan) continue;
      if (!frame) throw new Error("it has no image");
      return { ...frame, transform, dataAt: at };
    }
  }
}

/**
 * Reads the body of a frame's header; `kind` is the second byte of its marker.
 *
 * @throws {Error} as {@linkcode readJpegHeader} does
 */
export function readJpegFrame(kind: number, [precision, ...bytes]: Uint8Array): JpegFrame {
  const height = bytes[0] << 8 | bytes[1], width = bytes[2] << 8 | bytes[3], count = bytes[4];
  checkImageSize(width, height);
  if (precision !== 8) throw new Error(`a JPEG of ${precision} bits, and only those of 8 are read`);
  const kinds = kindsByComponents.get(count);
  if (!kinds) throw new Error(`a JPEG of ${count} channels, and only those of 1, 3 and 4 are read`);
  if (!kinds.includes(kind)) throw new Error(`a JPEG of a kind that is not read (SOF${kind & 15})`);
  const sampling = Array.from({ length: count }, (_, i) => bytes[6 + 3 * i]);
  if (!sampling.every(isSampling)) throw new Error("its header is damaged");
  return { width, height, sampling };
}

/** Frame markers: sequential and progressive; lossless and arithmetic-coded. Images of four components may be the former only. */
const huffmanKinds = [0xc0, 0xc1, 0xc2], otherKinds = [0xc3, 0xc9, 0xca];
const kindsByComponents: ReadonlyMap<number, readonly number[]> = new Map([
  [1, [...huffmanKinds, ...otherKinds]],
  [3, [...huffmanKinds, ...otherKinds]],
  [4, huffmanKinds],
]);

/** Whether both sampling factors are from 1 to 4. */
function isSampling(factors: number): boolean {
  return [factors >> 4, factors & 15].every((factor) => factor >= 1 && factor <= 4);
}

function adobeTransform(body: Uint8Array): number | undefined {
  return String.fromCharCode(...body.subarray(0, 5)) === "Adobe" ? body[11] : undefined;
}

/** Whether the end marker stands anywhere after `dataAt`. What follows it is not part of the image. */
export function hasJpegEnd(source: ByteSource, dataAt: number): boolean {
  for (let end = source.size, length = 2; end >= dataAt + 2; length = 2 ** 16) {
    const start = Math.max(end - length, dataAt);
    if (countMarkers(source.read(start, end - start), marker.end) > 0) return true;
    if (start === dataAt) return false;
    end = start + 1; // a marker may lie across the boundary
  }
  return false;
}

/** Counts the scans in the image's data. */
export function countJpegScans(data: Uint8Array): number {
  return 1 + countMarkers(data, marker.scan);
}

/** Counts markers in compressed data, where every 0xff either begins a marker or is followed by a zero. */
function countMarkers(data: Uint8Array, kind: number): number {
  let count = 0;
  for (let at = data.indexOf(0xff); at >= 0; at = data.indexOf(0xff, at + 1)) {
    if (data[at + 1] === kind) count++;
  }
  return count;
}

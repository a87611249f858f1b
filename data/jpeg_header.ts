import type { ByteSource } from "./byte_source.ts";
import { checkImageSize } from "./image_size.ts";

/** What a JPEG file says of its image before the image's data. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1 gray, 3 color, 4 CMYK. */
  readonly components: number;
  /** Where the data begin. */
  readonly dataAt: number;
}

/** Markers by the second byte; the first is 0xff. Source: ITU-T T.81, table B.1. */
const startOfScan = 0xda, endOfImage = 0xd9;
const startsOfFrame: ReadonlySet<number> = new Set([
  ...[0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf],
]);

/**
 * Reads a JPEG's segments up to its first scan. Source: ITU-T T.81, annex B.
 *
 * @throws {Error} where they are damaged, or the image has a form or a size that is not read
 */
export function readJpegHeader(source: ByteSource): JpegHeader {
  let frame: Omit<JpegHeader, "dataAt"> | undefined;
  for (let at = 2;;) {
    const [fill, marker] = source.read(at, 2);
    if (fill !== 0xff) throw new Error("its header is damaged");
    if (marker === 0xff) at++; // any number of them may stand before a marker
    else if (marker === endOfImage) throw new Error("it has no image");
    else {
      const [high, low] = source.read(at + 2, 2), length = high << 8 | low;
      if (startsOfFrame.has(marker)) frame = readFrame(source.read(at + 4, 6));
      at += 2 + length;
      if (marker !== startOfScan) continue;
      if (!frame) throw new Error("it has no image");
      return { ...frame, dataAt: at };
    }
  }
}

function readFrame([precision, ...bytes]: Uint8Array): Omit<JpegHeader, "dataAt"> {
  const height = bytes[0] << 8 | bytes[1], width = bytes[2] << 8 | bytes[3], [, , , , components] = bytes;
  checkImageSize(width, height);
  if (precision !== 8) throw new Error(`a JPEG of ${precision} bits, and only those of 8 are read`);
  if (components !== 1 && components !== 3) {
    throw new Error(`a JPEG of ${components} channels, and only gray and color ones are read; save it as gray`);
  }
  return { width, height, components };
}

/** Whether the mark of the image's end stands anywhere behind `dataAt`: what follows it is no part of the image. */
export function hasJpegEnd(source: ByteSource, dataAt: number): boolean {
  for (let end = source.size, length = 2; end >= dataAt + 2; length = 2 ** 16) {
    const start = Math.max(end - length, dataAt);
    if (countMarkers(source.read(start, end - start), endOfImage) > 0) return true;
    if (start === dataAt) return false;
    end = start + 1; // a mark may lie across
  }
  return false;
}

/** How many scans the image's data have. */
export function countJpegScans(data: Uint8Array): number {
  return 1 + countMarkers(data, startOfScan);
}

/** In compressed data a 0xff is followed by a zero or else begins a marker. */
function countMarkers(data: Uint8Array, marker: number): number {
  let count = 0;
  for (let at = data.indexOf(0xff); at >= 0; at = data.indexOf(0xff, at + 1)) {
    if (data[at + 1] === marker) count++;
  }
  return count;
}

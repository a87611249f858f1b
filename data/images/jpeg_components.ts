import { Buffer } from "node:buffer";
import { filterScan, type HuffmanCodes, type ScanPart } from "./jpeg_scan.ts";
import { damagedData, isStartOfFrame, marker, readJpegFrame } from "./jpeg_header.ts";

/** A frame's header. */
interface Frame {
  readonly ids: readonly number[];
  /** Blocks of each component in a unit (MCU), the part of the image that interleaved scans take in turn. */
  readonly blocks: readonly number[];
  /** Number of units in the image. */
  readonly units: number;
}

/**
 * Makes a JPEG of three of another's four components, in the order `kept` (places in the frame). Its Adobe marker says YCbCr where
 * `transform` is 1 and RGB where it is 0. The coded bits are copied unchanged, so the same values come out of it.
 *
 * Source: ITU-T T.81, annex B.
 *
 * @throws {Error} where the file is damaged
 */
export function keepComponents(bytes: Uint8Array, kept: readonly number[], transform: 0 | 1): Uint8Array {
  const adobe = [0xff, marker.adobe, 0, 14, ...new TextEncoder().encode("Adobe"), 0, 100, 0, 0, 0, 0, transform];
  const parts: Uint8Array[] = [Uint8Array.of(0xff, marker.start, ...adobe)], codes = new Map<number, HuffmanCodes>();
  let frame: Frame | undefined, restartInterval = 0;
  for (let at = 2, kind = 0; kind !== marker.end;) {
    while (bytes[at + 1] === 0xff) at++;
    kind = bytes[at + 1];
    const end = kind === marker.end ? at + 2 : at + 2 + (bytes[at + 2] << 8 | bytes[at + 3]);
    const segment = bytes.subarray(at, end), body = segment.subarray(4);
    if (segment[0] !== 0xff || end > bytes.length) throw damagedData();
    at = end;
    if (isStartOfFrame(kind)) {
      frame = readFrame(kind, body);
      const components = kept.flatMap((place) => [...body.subarray(6 + 3 * place, 9 + 3 * place)]);
      parts.push(
        Uint8Array.of(0xff, kind, 0, 8 + components.length, ...body.subarray(0, 5), kept.length, ...components),
      );
    } else if (kind === marker.scan) {
      if (!frame) throw new Error("it has no image");
      at = scanEnd(bytes, end);
      parts.push(...keepOfScan(body, bytes.subarray(end, at), { frame, kept, codes, restartInterval }));
    } else if (!isApplicationOrComment(kind)) {
      if (kind === marker.huffman) readCodes(body, codes);
      if (kind === marker.restartInterval) restartInterval = body[0] << 8 | body[1];
      parts.push(segment);
    }
  }
  return Buffer.concat(parts);
}

const isApplicationOrComment = (kind: number) => kind >= 0xe0 && kind <= 0xef || kind === 0xfe;

function readFrame(kind: number, body: Uint8Array): Frame {
  const { width, height, sampling } = readJpegFrame(kind, body);
  const across = sampling.map((factors) => factors >> 4), down = sampling.map((factors) => factors & 15);
  const count = (length: number, factors: number[]) => Math.ceil(length / 8 / Math.max(...factors));
  return {
    ids: sampling.map((_, i) => body[6 + 3 * i]),
    blocks: across.map((factor, i) => factor * down[i]),
    units: count(width, across) * count(height, down),
  };
}

/** Reads a segment's Huffman tables. Each has its class and number, how many codes of each length there are, and their values. */
function readCodes(body: Uint8Array, codes: Map<number, HuffmanCodes>): void {
  for (let at = 0; at < body.length;) {
    const counts = body.subarray(at + 1, at + 17), total = counts.reduce((sum, count) => sum + count, 0);
    codes.set(body[at], { counts, values: body.subarray(at + 17, at + 17 + total) });
    at += 17 + total;
  }
}

interface ScanContext {
  readonly frame: Frame;
  readonly kept: readonly number[];
  readonly codes: ReadonlyMap<number, HuffmanCodes>;
  readonly restartInterval: number;
}

/** Returns a scan without the components that are not kept; empty where it has no other. */
function keepOfScan(
  body: Uint8Array,
  data: Uint8Array,
  { frame, kept, codes, restartInterval }: ScanContext,
): Uint8Array[] {
  const [count] = body, [first, last, approximation] = body.subarray(1 + 2 * count);
  const parts = Array.from({ length: count }, (_, i): ScanPart & { id: number; tables: number } => {
    const id = body[1 + 2 * i], tables = body[2 + 2 * i], place = frame.ids.indexOf(id);
    const [dc, ac] = [codes.get(tables >> 4), codes.get(0x10 | tables & 15)];
    return { id, tables, place, blocks: frame.blocks[place], dc, ac };
  });
  const left = kept.flatMap((place) => parts.filter((part) => part.place === place));
  if (left.length === 0) return [];
  const components = left.flatMap(({ id, tables }) => [id, tables]);
  const header = [0xff, marker.scan, 0, 6 + components.length, left.length, ...components, first, last, approximation];
  const options = { kept, units: frame.units, restartInterval, lastCoefficient: last, refines: approximation >> 4 > 0 };
  return [Uint8Array.from(header), count === 1 ? data : filterScan(data, parts, options)];
}

/** Finds the end of a scan's data: the next marker other than a restart. */
function scanEnd(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next !== 0 && next !== 0xff && (next & 0xf8) !== marker.restart) return at;
  }
  throw damagedData();
}

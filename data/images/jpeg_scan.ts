import { damagedData, marker } from "./jpeg_header.ts";

/** A Huffman table: how many codes there are of each length from 1 on, and what they stand for. */
export interface HuffmanCodes {
  readonly counts: Uint8Array;
  readonly values: Uint8Array;
}

/** What a scan has of a component. */
export interface ScanPart {
  /** Its place in the frame. */
  readonly place: number;
  /** Blocks in each unit. */
  readonly blocks: number;
  readonly dc?: HuffmanCodes;
  readonly ac?: HuffmanCodes;
}

/** How {@linkcode filterScan} reads a scan. */
export interface ScanOptions {
  /** Places of the components that stay, in their new order. */
  readonly kept: readonly number[];
  readonly units: number;
  /** Units between restarts; 0: there are none. */
  readonly restartInterval: number;
  /** 63 of a sequential image, 0 of a progressive one's first coefficients: other scans hold one component. */
  readonly lastCoefficient: number;
  /** Whether it adds a bit to each block of an earlier scan. */
  readonly refines: boolean;
}

/** The data of a scan of several components with those of some alone. Source: ITU-T T.81, annexes F.2 and G.1. */
export function filterScan(data: Uint8Array, parts: readonly ScanPart[], options: ScanOptions): Uint8Array {
  const { kept, units, restartInterval, lastCoefficient, refines } = options;
  const reader = bitReader(data), writer = bitWriter(2 * data.length + 2); // at most each byte is 0xff, and gets a zero
  const takenOf = parts.map((): number[] => []);
  const keptParts = kept.map((place) => parts.findIndex((part) => part.place === place)).filter((part) => part >= 0);
  for (let unit = 0; unit < units; unit++) {
    if (restartInterval > 0 && unit > 0 && unit % restartInterval === 0) {
      reader.restart();
      writer.restart(marker.restart + (unit / restartInterval - 1) % 8);
    }
    for (const [part, { blocks, dc, ac }] of parts.entries()) {
      const taken = takenOf[part];
      taken.length = 0;
      const take = (count: number) => {
        for (let i = 0; i < count; i++) taken.push(reader.bit());
      };
      for (let block = 0; block < blocks; block++) {
        if (refines) {
          take(1);
          continue;
        }
        take(decode(dc, reader.bit, taken));
        for (let k = 1; k <= lastCoefficient;) {
          const value = decode(ac, reader.bit, taken), zeros = value >> 4, size = value & 15;
          if (size === 0 && zeros < 15) break; // the rest are zeros
          take(size);
          k += zeros + 1;
        }
      }
    }
    for (const part of keptParts) writer.bits(takenOf[part]);
  }
  return writer.data();
}

/** A code's value; its bits are added to `read`. */
function decode(codes: HuffmanCodes | undefined, bit: () => number, read: number[]): number {
  if (codes) {
    let code = 0, first = 0, index = 0;
    for (const count of codes.counts) {
      const next = bit();
      read.push(next);
      code |= next;
      if (code - first < count) return codes.values[index + code - first];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
  }
  throw damagedData();
}

/** Reads bits, of each byte the greatest first, without the zero behind each 0xff. */
function bitReader(data: Uint8Array): { bit: () => number; restart: () => void } {
  let at = 0, byte = 0, left = 0;
  return {
    bit() {
      if (left === 0) {
        byte = data[at++];
        if (byte === undefined || (byte === 0xff && data[at++] !== 0)) throw damagedData();
        left = 8;
      }
      return byte >> --left & 1;
    },
    /** What is left of a byte counts for nothing, and the marker is passed. */
    restart() {
      left = 0;
      at += 2;
    },
  };
}

function bitWriter(maxBytes: number) {
  const out = new Uint8Array(maxBytes);
  let at = 0, byte = 0, left = 8;
  const write = (bit: number) => {
    byte |= bit << --left;
    if (left > 0) return;
    out[at++] = byte;
    if (byte === 0xff) at++;
    byte = 0;
    left = 8;
  };
  const fill = () => {
    while (left < 8) write(1);
  };
  return {
    bits(bits: readonly number[]): void {
      for (const bit of bits) write(bit);
    },
    restart(kind: number): void {
      fill();
      out[at++] = 0xff;
      out[at++] = kind;
    },
    data(): Uint8Array {
      fill();
      return out.subarray(0, at);
    },
  };
}

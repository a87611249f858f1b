import { damagedData, marker } from "./jpeg_header.ts";

/** A Huffman table. */
export interface HuffmanCodes {
  /** How many codes there are of each length from 1 on. */
  readonly counts: Uint8Array;
  /** What the codes stand for, in their order. */
  readonly values: Uint8Array;
}

/** One component in a scan. */
export interface ScanPart {
  /** The component's place in the frame. */
  readonly place: number;
  /** The component's blocks in each unit. */
  readonly blocks: number;
  readonly dc?: HuffmanCodes;
  readonly ac?: HuffmanCodes;
}

/** How {@linkcode filterScan} reads a scan. */
export interface ScanOptions {
  /** Places of the kept components, in their new order. */
  readonly kept: readonly number[];
  readonly units: number;
  /** Units between restarts; 0 where there are no restarts. */
  readonly restartInterval: number;
  /** 63 in a sequential image, 0 in a progressive image's scan of first coefficients. Other scans hold one component. */
  readonly lastCoefficient: number;
  /** Whether the scan adds a bit to each block of an earlier one. */
  readonly refines: boolean;
}

/** Reduces the data of an interleaved scan to the kept components. Source: ITU-T T.81, annexes F.2 and G.1. */
export function filterScan(data: Uint8Array, parts: readonly ScanPart[], options: ScanOptions): Uint8Array {
  const { kept, units, restartInterval, lastCoefficient, refines } = options;
  const reader = bitReader(data), writer = bitWriter(2 * data.length + 2); // every byte may be 0xff, which a zero follows
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

/** Reads a code, appends its bits to `read`, and returns its value. */
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

/** Reads bits, of each byte the most significant first, without the zero after each 0xff. */
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
    /** Drops the rest of the byte and the marker. */
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

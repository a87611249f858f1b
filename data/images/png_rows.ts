import { byteLuma, luma } from "./luma.ts";
import type { Plane } from "./plane.ts";
import type { PngHeader } from "./png_chunks.ts";

/** Where the gray values of a row go. */
export interface RowPlace {
  /** The first pixel. */
  readonly from: number;
  /** The distance to the next one. */
  readonly step: number;
  /** How many there are. */
  readonly count: number;
}

/** Writes the gray values of an unfiltered row. */
export type WriteRow = (row: Uint8Array, place: RowPlace) => void;

/**
 * Allocates an image's gray pixels, black at first, and makes the function that writes its rows into them: bytes for up to 8 bits,
 * floats for 16. Alpha is ignored.
 */
export function openRows(
  { width, height, depth, channels }: PngHeader,
  palette?: Uint8Array,
): { pixels: Plane["pixels"]; write: WriteRow } {
  if (depth === 16) {
    const pixels = new Float32Array(width * height);
    return { pixels, write: (channels < 3 ? deepGray : deepColor)(pixels, channels) };
  }
  const pixels = new Uint8Array(width * height);
  if (palette) return { pixels, write: lookup(pixels, depth, grayOf(palette)) };
  if (depth < 8) return { pixels, write: lookup(pixels, depth, scale(depth)) };
  return { pixels, write: (channels < 3 ? gray : color)(pixels, channels) };
}

function gray(pixels: Uint8Array, channels: number): WriteRow {
  return (row, { from, step, count }) => {
    if (channels === 1 && step === 1) return pixels.set(row, from);
    for (let i = 0; i < count; i++) pixels[from + i * step] = row[i * channels];
  };
}

function color(pixels: Uint8Array, channels: number): WriteRow {
  return (row, { from, step, count }) => {
    for (let i = 0, at = 0; i < count; i++, at += channels) {
      pixels[from + i * step] = byteLuma(row[at], row[at + 1], row[at + 2]);
    }
  };
}

/** 16 bits, the more significant byte first, full scale 65535 → 255, not rounded before the resize. */
function deepGray(pixels: Float32Array, channels: number): WriteRow {
  return (row, { from, step, count }) => {
    for (let i = 0, at = 0; i < count; i++, at += 2 * channels) {
      pixels[from + i * step] = (row[at] << 8 | row[at + 1]) / 257;
    }
  };
}

function deepColor(pixels: Float32Array, channels: number): WriteRow {
  return (row, { from, step, count }) => {
    for (let i = 0, at = 0; i < count; i++, at += 2 * channels) {
      const red = row[at] << 8 | row[at + 1];
      const green = row[at + 2] << 8 | row[at + 3];
      const blue = row[at + 4] << 8 | row[at + 5];
      pixels[from + i * step] = luma(red, green, blue) / 65536 / 257;
    }
  };
}

/** Looks up values of `depth` bits, several in a byte, the first in its most significant bits, in a table. */
function lookup(pixels: Uint8Array, depth: number, table: Uint8Array): WriteRow {
  const mask = 2 ** depth - 1;
  return (row, { from, step, count }) => {
    for (let i = 0; i < count; i++) {
      const bit = i * depth, value = (row[bit >> 3] >> (8 - depth - (bit & 7))) & mask;
      if (value >= table.length) throw new Error(`a pixel has color ${value} of a palette of ${table.length}`);
      pixels[from + i * step] = table[value];
    }
  };
}

/** The table of values of `depth` bits, stretched to full scale. */
function scale(depth: number): Uint8Array {
  const greatest = 2 ** depth - 1;
  return Uint8Array.from({ length: greatest + 1 }, (_, value) => value * 255 / greatest);
}

function grayOf(palette: Uint8Array): Uint8Array {
  return Uint8Array.from(
    { length: palette.length / 3 },
    (_, i) => byteLuma(palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]),
  );
}

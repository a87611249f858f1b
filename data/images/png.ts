import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
import { bytesSource } from "./byte_source.ts";
import type { Plane } from "./plane.ts";
import { checkPngCrc, type PngHeader, readPngChunks, readPngHeader } from "./png_chunks.ts";
import { unfilters } from "./png_filters.ts";
import { openRows } from "./png_rows.ts";

/** A pass over an interlaced image: its first pixel and its steps to the next column and row. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly across: number;
  readonly down: number;
}

const wholeImage: readonly Pass[] = [{ x: 0, y: 0, across: 1, down: 1 }];

/** The passes of Adam7. Source: the PNG specification, section 8.2. */
const interlacedPasses: readonly Pass[] = [
  { x: 0, y: 0, across: 8, down: 8 },
  { x: 4, y: 0, across: 8, down: 8 },
  { x: 0, y: 4, across: 4, down: 8 },
  { x: 2, y: 0, across: 4, down: 4 },
  { x: 0, y: 2, across: 2, down: 4 },
  { x: 1, y: 0, across: 2, down: 2 },
  { x: 0, y: 1, across: 1, down: 2 },
];

/**
 * Decodes a PNG of any form in the specification to gray, by the platform's zlib. It needs memory for the inflated data, as far as
 * the header's size goes, and for the plane.
 *
 * @throws {Error} that says what is wrong with the file
 */
export function decodePng(bytes: Uint8Array): Plane {
  const { header, palette, parts } = readContents(bytes), { width, height, depth, channels, interlaced } = header;
  const passes = (interlaced ? interlacedPasses : wholeImage).map((pass) => {
    const columns = Math.ceil((width - pass.x) / pass.across), rows = Math.ceil((height - pass.y) / pass.down);
    return { ...pass, columns, rows, rowBytes: Math.ceil(columns * channels * depth / 8) };
  }).filter(({ columns, rows }) => columns > 0 && rows > 0);
  const filtered = inflate(parts, passes.reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0));
  const { pixels, write } = openRows(header, palette), pixelBytes = Math.max(1, channels * depth / 8);
  let at = 0;
  for (const { x, y, across, down, columns, rows, rowBytes } of passes) {
    let line = new Uint8Array(pixelBytes + rowBytes), above = new Uint8Array(pixelBytes + rowBytes);
    for (let row = 0; row < rows; row++, at += 1 + rowBytes) {
      const undo = unfilters[filtered[at]];
      if (!undo) throw new Error(`row ${row} has filter ${filtered[at]}, and PNG has 0 to 4`);
      undo(filtered.subarray(at + 1, at + 1 + rowBytes), line, above, pixelBytes);
      write(line.subarray(pixelBytes), { from: (y + row * down) * width + x, step: across, count: columns });
      [line, above] = [above, line];
    }
  }
  return { width, height, pixels };
}

/** Reads the header, the palette's colors (three bytes each) and the parts of the compressed data, and checks their CRCs. */
function readContents(bytes: Uint8Array): { header: PngHeader; palette?: Uint8Array; parts: readonly Uint8Array[] } {
  const source = bytesSource(bytes), header = readPngHeader(source), parts: Uint8Array[] = [];
  let palette: Uint8Array | undefined;
  for (const chunk of readPngChunks(source, header)) {
    checkPngCrc(source, chunk);
    const data = source.read(chunk.at, chunk.length);
    if (chunk.type === "IDAT") parts.push(data);
    if (chunk.type === "PLTE" && header.palette) palette = data;
  }
  if (palette && palette.length % 3 !== 0) throw new Error(`its palette has ${palette.length} bytes`);
  return { header, palette, parts };
}

/** Inflates data of `length` bytes. However much the data would give, it stops one byte beyond. */
function inflate(parts: readonly Uint8Array[], length: number): Uint8Array {
  let inflated: Uint8Array;
  try {
    inflated = inflateSync(parts.length === 1 ? parts[0] : Buffer.concat(parts), {
      maxOutputLength: length + 1,
      chunkSize: length + 64,
    });
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_BUFFER_TOO_LARGE") throw error;
    throw new Error("there is more image data than its size takes", { cause: error });
  }
  if (inflated.length > length) throw new Error("there is more image data than its size takes");
  if (inflated.length < length) throw new Error("the image data ends early");
  return inflated;
}

/** What the tests of this folder share: PNG files of the forms that fast-png does not encode, and JPEG files. */
import { crc32, deflateSync } from "node:zlib";
import golden from "../golden/forms.json" with { type: "json" };
import { pngSignature } from "./png_chunks.ts";

/** The fields of a PNG's header. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits per channel, by default 8. */
  readonly depth?: number;
  /** The color type, by default 0: gray. */
  readonly color?: number;
  readonly compression?: number;
  readonly filtering?: number;
  readonly interlace?: number;
}

/** Makes a PNG file. Each of the `rows` begins with its filter's number; `more` chunks come before the data. */
export function png(header: PngHeader, rows: Uint8Array, ...more: [type: string, data: Uint8Array][]): Uint8Array {
  const { width, height, depth = 8, color = 0, compression = 0, filtering = 0, interlace = 0 } = header;
  const number = (value: number) => [value >>> 24, value >>> 16, value >>> 8, value].map((byte) => byte & 255);
  const chunk = (type: string, data: Iterable<number>) => {
    const body = Uint8Array.of(...new TextEncoder().encode(type), ...data);
    return [...number(body.length - 4), ...body, ...number(crc32(body))];
  };
  const compressed = deflateSync(rows), half = compressed.length >> 1;
  return Uint8Array.of(
    ...pngSignature,
    ...chunk("IHDR", [...number(width), ...number(height), depth, color, compression, filtering, interlace]),
    ...more.flatMap(([type, data]) => chunk(type, data)),
    ...chunk("IDAT", compressed.subarray(0, half)), // in two parts, as many encoders do
    ...chunk("IDAT", compressed.subarray(half)),
    ...chunk("IEND", []),
  );
}

/** Returns a JPEG file of golden/forms.json: 21 × 13 pixels in the form of this name. */
export function jpeg(name: string): Uint8Array<ArrayBuffer> {
  const form = golden.forms.find((form) => form.name === `JPEG, ${name}`);
  if (!form) throw new Error(`there is no form ${name}`);
  return Uint8Array.fromBase64(form.file);
}

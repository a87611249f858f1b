/** What the tests of this folder share: PNG files written by hand, for the forms that fast-png does not encode, and JPEG files. */
import { crc32, deflateSync } from "node:zlib";
import golden from "../golden/forms.json" with { type: "json" };

/** The fields of a PNG's header. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** By default 8. */
  readonly depth?: number;
  /** The color type: 0, gray, by default. */
  readonly color?: number;
  readonly compression?: number;
  readonly filtering?: number;
  readonly interlace?: number;
}

/** A PNG file; `rows` begin with their filter's number, and `more` chunks stand before the data. */
export function png(header: PngHeader, rows: Uint8Array, ...more: [type: string, data: Uint8Array][]): Uint8Array {
  const { width, height, depth = 8, color = 0, compression = 0, filtering = 0, interlace = 0 } = header;
  const number = (value: number) => [value >>> 24, value >>> 16, value >>> 8, value].map((byte) => byte & 255);
  const chunk = (type: string, data: Iterable<number>) => {
    const body = Uint8Array.of(...new TextEncoder().encode(type), ...data);
    return [...number(body.length - 4), ...body, ...number(crc32(body))];
  };
  const compressed = deflateSync(rows), half = compressed.length >> 1;
  return Uint8Array.of(
    ...[137, 80, 78, 71, 13, 10, 26, 10],
    ...chunk("IHDR", [...number(width), ...number(height), depth, color, compression, filtering, interlace]),
    ...more.flatMap(([type, data]) => chunk(type, data)),
    ...chunk("IDAT", compressed.subarray(0, half)), // in two parts, as many encoders do
    ...chunk("IDAT", compressed.subarray(half)),
    ...chunk("IEND", []),
  );
}

/** A JPEG file of golden/forms.json: 21 × 13 pixels in the form of such a name. */
export function jpeg(name: string): Uint8Array<ArrayBuffer> {
  const form = golden.forms.find((form) => form.name === `JPEG, ${name}`);
  if (!form) throw new Error(`there is no form ${name}`);
  return Uint8Array.fromBase64(form.file);
}

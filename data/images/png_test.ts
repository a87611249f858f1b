import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { encode } from "fast-png";
import { byteLuma, luma } from "./luma.ts";
import { decodePng } from "./png.ts";
import { png } from "./testing.ts";

/** Filters rows as an encoder does, row y by filter y mod 5; straight from the specification. */
function filter(data: Uint8Array, { rowBytes, pixelBytes }: { rowBytes: number; pixelBytes: number }): number[] {
  const at = (y: number, i: number) => (y < 0 || i < 0 ? 0 : data[y * rowBytes + i]);
  const rows = Array.from({ length: data.length / rowBytes }, (_, y) => {
    const bytes = Array.from({ length: rowBytes }, (_, i) => {
      const left = at(y, i - pixelBytes), up = at(y - 1, i), corner = i < pixelBytes ? 0 : at(y - 1, i - pixelBytes);
      const nearest = [left, up, corner].reduce((best, value) =>
        Math.abs(value - (left + up - corner)) < Math.abs(best - (left + up - corner)) ? value : best
      );
      return at(y, i) - [0, left, up, (left + up) >> 1, nearest][y % 5];
    });
    return [y % 5, ...bytes];
  });
  return rows.flat();
}

/** Adam7's passes as the specification draws them: the pass of each pixel of 8 × 8. */
const adam7 = ["16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777"];

/** A form of PNG: color type, its channels, bits a channel. */
type Form = readonly [color: number, channels: number, depth: number];

const forms: readonly Form[] = [
  ...[1, 2, 4, 8, 16].map((depth) => [0, 1, depth] as const),
  ...[8, 16].flatMap((depth) => [[2, 3, depth], [4, 2, depth], [6, 4, depth]] as const),
  ...[1, 2, 4, 8].map((depth) => [3, 1, depth] as const),
];

/** An image's sample: something of every value. */
const sample = (x: number, y: number, channel: number, depth: number) =>
  (x * 977 + y * 3391 + channel * 7919 + x * y * 131) % 2 ** depth;

/** A file of the form, its samples {@linkcode sample}. */
function encoded(width: number, height: number, [color, channels, depth]: Form, interlaced: boolean): Uint8Array {
  const pixelBytes = Math.max(1, channels * depth / 8), rows: number[] = [];
  for (const pass of interlaced ? "1234567" : "-") {
    const xs = (y: number) => [...Array(width).keys()].filter((x) => !interlaced || adam7[y % 8][x % 8] === pass);
    const lines = [...Array(height).keys()].map((y) =>
      xs(y).flatMap((x) => Array.from({ length: channels }, (_, c) => sample(x, y, c, depth)))
        .map((value) => value.toString(2).padStart(depth, "0")).join("")
    ).filter((bits) => bits !== "").map((bits) =>
      bits.match(/.{1,8}/g)?.map((byte) => parseInt(byte.padEnd(8, "0"), 2))
    );
    const rowBytes = lines[0]?.length ?? 1;
    rows.push(...filter(Uint8Array.from(lines.flatMap((line) => line ?? [])), { rowBytes, pixelBytes }));
  }
  const palette: [string, Uint8Array] = ["PLTE", Uint8Array.from({ length: 3 * 2 ** depth }, (_, i) => i * 71)];
  const header = { width, height, depth, color, interlace: interlaced ? 1 : 0 };
  return png(header, Uint8Array.from(rows), ...(color === 3 ? [palette] : []));
}

/** What it is as gray. */
function grayOf(width: number, height: number, [color, channels, depth]: Form): number[] {
  return Array.from({ length: width * height }, (_, i) => {
    const [first, second, third] = [0, 1, 2].map((c) => sample(i % width, Math.floor(i / width), c, depth));
    if (color === 3) return byteLuma(...[0, 1, 2].map((c) => (3 * first + c) * 71 & 255) as [number, number, number]);
    if (channels < 3) return first * 255 / (2 ** depth - 1);
    return depth === 8 ? byteLuma(first, second, third) : luma(first, second, third) / 65536 / 257;
  });
}

for (const form of forms) {
  const [color, , depth] = form;
  for (const interlaced of [false, true]) {
    Deno.test(`decodePng: color type ${color} of ${depth} bits${interlaced ? ", interlaced" : ""}, every filter`, () => {
      for (const [width, height] of [[19, 21], [8, 8], [1, 1], [2, 3], [5, 1], [1, 9]]) {
        const plane = decodePng(encoded(width, height, form, interlaced)), expected = grayOf(width, height, form);
        assertEquals([plane.width, plane.height, plane.pixels.length], [width, height, width * height]);
        assertEquals(plane.pixels.BYTES_PER_ELEMENT, depth === 16 ? 4 : 1);
        for (const [i, value] of plane.pixels.entries()) assertAlmostEquals(value, expected[i], 1e-4);
      }
    });
  }
}

const message = (file: Uint8Array) => assertThrows(() => decodePng(file), Error).message;

Deno.test("decodePng: forms that PNG does not have are refused", () => {
  const rows = new Uint8Array(9),
    of = (fields: Partial<Parameters<typeof png>[0]>) => message(png({ width: 2, height: 1, ...fields }, rows));
  assertEquals(of({ color: 3, depth: 16 }), "PNG has no color type 3 of 16 bits");
  assertEquals(of({ color: 2, depth: 4 }), "PNG has no color type 2 of 4 bits");
  assertEquals(of({ color: 1 }), "PNG has no color type 1 of 8 bits");
  assertEquals(of({ compression: 1 }), "PNG has no methods 1, 0, 0 of compression, filter and interlace");
  assertEquals(of({ filtering: 64 }), "PNG has no methods 0, 64, 0 of compression, filter and interlace"); // as in MNG
  assertEquals(of({ interlace: 2 }), "PNG has no methods 0, 0, 2 of compression, filter and interlace");
  const unknown = png({ width: 2, height: 1 }, new Uint8Array(3), ["CgBI", new Uint8Array(4)]);
  assertEquals(message(unknown), "it has a chunk CgBI, which PNG does not know");
});

Deno.test("decodePng: a palette's pixels without their palette are refused", () => {
  const header = { width: 2, height: 1, color: 3 }, row = Uint8Array.of(0, 0, 1);
  const palette = (length: number): [string, Uint8Array] => ["PLTE", new Uint8Array(length)];
  assertEquals(message(png(header, row)), "its pixels are a palette's, and it has no palette");
  assertEquals(message(png(header, row, palette(4))), "its palette has 4 bytes");
  assertEquals(message(png(header, row, palette(3))), "a pixel has color 1 of a palette of 1");
  assertEquals([...decodePng(png(header, row, palette(6))).pixels], [0, 0]);
  assertEquals([...decodePng(png({ width: 2, height: 1 }, row, palette(4))).pixels], [0, 1], "gray may have any");
});

Deno.test("decodePng: image data that are more or less than the size takes are refused, whatever the form", () => {
  const surplus = "there is more image data than its size takes";
  for (const [color, channels, depth] of forms.filter(([color]) => color !== 3)) {
    for (const interlace of [0, 1]) {
      const header = { width: 1, height: 3, depth, color, interlace }, passes = interlace ? [1, 1, 1] : [3];
      const rows = passes.flatMap((count) => Array(count).fill([0, ...Array(Math.ceil(channels * depth / 8)).fill(0)]));
      const bytes = Uint8Array.from(rows.flat());
      assertEquals([...decodePng(png(header, bytes)).pixels], [0, 0, 0]);
      assertEquals(message(png(header, bytes.subarray(1))), "the image data ends early");
      assertEquals(message(png(header, Uint8Array.of(...bytes, 0))), surplus);
      assertEquals(message(png(header, new Uint8Array(1e6))), surplus);
    }
  }
});

Deno.test("decodePng: what is wrong is said, and no memory is taken for a size that is none", () => {
  const film = encode({ width: 8, height: 8, channels: 1, depth: 8, data: new Uint8Array(64) });
  for (const length of [9, 30, 45, film.length - 1]) {
    assertEquals(message(film.slice(0, length)), "the file ends early");
  }
  const flipped = film.slice();
  flipped[45] ^= 1;
  assertEquals(message(flipped), "CRC mismatch in the chunk IDAT");
  const named = film.slice();
  named.set([27, 10], 37); // on a terminal an escape and a new line
  assertEquals(message(named), "CRC mismatch in the chunk ??AT");
  assertEquals(message(png({ width: 0, height: 3 }, new Uint8Array(3))), "an image of no size");
  const limit = "the limit is 67108864 (8192 × 8192); make it smaller";
  for (const side of [8193, 2 ** 31 - 1, 2 ** 32 - 1]) {
    const huge = png({ width: side, height: 8193 }, new Uint8Array(8));
    assertEquals(message(huge), `${side} × 8193 pixels, and ${limit}`);
  }
  assertEquals(message(png({ width: 8192, height: 8192 }, new Uint8Array(8))), "the image data ends early");
  assertEquals(message(png({ width: 2, height: 1 }, Uint8Array.of(9, 0, 0))), "row 0 has filter 9, and PNG has 0 to 4");
});

Deno.test("decodePng: bytes behind the end are no part of the image", () => {
  const film = png({ width: 2, height: 1 }, Uint8Array.of(0, 7, 8));
  assertEquals([...decodePng(Uint8Array.of(...film, ...new Uint8Array(9000))).pixels], [7, 8]);
});

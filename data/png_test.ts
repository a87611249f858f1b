import { assertEquals, assertThrows } from "@std/assert";
import { encode } from "fast-png";
import { decodeBytePng } from "./png.ts";
import { png } from "./testing.ts";

/** Filters rows as an encoder does, row y by filter y mod 5; straight from the specification. */
function filter(data: Uint8Array, { rowBytes, channels }: { rowBytes: number; channels: number }): Uint8Array {
  const at = (y: number, i: number) => (y < 0 || i < 0 ? 0 : data[y * rowBytes + i]);
  const rows = Array.from({ length: data.length / rowBytes }, (_, y) => {
    const bytes = Array.from({ length: rowBytes }, (_, i) => {
      const left = at(y, i - channels), up = at(y - 1, i), corner = i < channels ? 0 : at(y - 1, i - channels);
      const nearest = [left, up, corner].reduce((best, value) =>
        Math.abs(value - (left + up - corner)) < Math.abs(best - (left + up - corner)) ? value : best
      );
      return at(y, i) - [0, left, up, (left + up) >> 1, nearest][y % 5];
    });
    return [y % 5, ...bytes];
  });
  return Uint8Array.from(rows.flat());
}

for (const [colour, channels] of [[0, 1], [4, 2], [2, 3], [6, 4]]) {
  Deno.test(`decodeBytePng: every filter, ${channels} channels`, () => {
    const width = 7, height = 15, rowBytes = width * channels;
    const data = Uint8Array.from({ length: rowBytes * height }, (_, i) => (i * i * 37) >> 3);
    const file = png({ width, height, colour }, filter(data, { rowBytes, channels }));
    assertEquals(decodeBytePng(file), { width, height, channels, data });
  });
}

Deno.test("decodeBytePng: other forms are left to others", () => {
  const rows = new Uint8Array(9);
  assertEquals(decodeBytePng(png({ width: 2, height: 1, depth: 16 }, rows)), undefined);
  assertEquals(decodeBytePng(png({ width: 2, height: 1, interlace: 1 }, rows)), undefined);
  assertEquals(decodeBytePng(png({ width: 2, height: 1, colour: 3 }, rows)), undefined);
  assertEquals(decodeBytePng(png({ width: 2, height: 1, compression: 1 }, rows)), undefined);
  assertEquals(decodeBytePng(png({ width: 2, height: 1, filtering: 64 }, rows)), undefined); // as in MNG
});

Deno.test("decodeBytePng: what is wrong is said, and no more is made than the size takes", () => {
  const message = (file: Uint8Array) => assertThrows(() => decodeBytePng(file), Error).message;
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
  assertEquals(message(png({ width: 2, height: 3 }, new Uint8Array(8))), "the image data ends early");
  assertEquals(message(png({ width: 0, height: 3 }, new Uint8Array(3))), "the image data ends early");
  assertEquals(
    message(png({ width: 2, height: 3 }, new Uint8Array(1e6))),
    "there is more image data than its size takes",
  );
  const huge = { width: 2 ** 31 - 1, height: 2 ** 31 - 1 };
  assertEquals(message(png(huge, new Uint8Array(8))), "the image data ends early");
  assertEquals(message(png({ width: 2, height: 1 }, Uint8Array.of(9, 0, 0))), "row 0 has filter 9, and PNG has 0 to 4");
});

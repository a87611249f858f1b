import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { encode } from "fast-png";
import { UserError } from "../../errors.ts";
import films from "../golden/films.json" with { type: "json" };
import { filmsFolder, needs } from "../../tests/needs.ts";
import { decodeImage } from "./decode.ts";
import golden from "../golden/forms.json" with { type: "json" };
import { png } from "./testing.ts";

function gray(bytes: Uint8Array): number[] {
  return [...decodeImage(bytes, "film.png").pixels];
}

Deno.test("decodeImage: PNG of one to four channels; alpha is ignored and color becomes Pillow's luma", () => {
  const of = (channels: number, ...data: number[]) =>
    gray(encode({ width: 2, height: 1, channels, depth: 8, data: Uint8Array.from(data) }));
  assertEquals(of(1, 7, 250), [7, 250]);
  assertEquals(of(2, 7, 0, 250, 128), [7, 250]);
  assertEquals(of(3, 255, 0, 0, 10, 200, 30), [76, 124]);
  assertEquals(of(4, 0, 255, 0, 0, 0, 0, 255, 9), [150, 29]);
});

Deno.test("decodeImage: 16 bits keep their precision, full scale 65535", () => {
  const data = Uint16Array.of(0, 65535, 257, 300);
  const plane = decodeImage(encode({ width: 2, height: 2, channels: 1, depth: 16, data }), "deep.png");
  assertEquals([plane.width, plane.height], [2, 2]);
  assertEquals([...plane.pixels.slice(0, 3)], [0, 255, 1]);
  assertAlmostEquals(plane.pixels[3], 300 / 257, 1e-6);
  const color = encode({ width: 1, height: 1, channels: 3, depth: 16, data: Uint16Array.of(65535, 0, 0) });
  assertAlmostEquals(decodeImage(color, "deep.png").pixels[0], 255 * 19595 / 65536, 1e-4);
});

Deno.test("decodeImage: 1, 2 and 4 bits are stretched to full scale, each row from a whole byte", () => {
  const bits = png({ width: 3, height: 2, depth: 1 }, Uint8Array.of(0, 0b10100000, 0, 0b01000000));
  assertEquals(gray(bits), [255, 0, 255, 0, 255, 0]);
  assertEquals(gray(png({ width: 3, height: 1, depth: 2 }, Uint8Array.of(0, 0b00011100))), [0, 85, 255]);
  assertEquals(gray(png({ width: 3, height: 1, depth: 4 }, Uint8Array.of(0, 0x0f, 0x80))), [0, 255, 136]);
});

Deno.test("decodeImage: a palette's colors become luma", () => {
  const palette: [string, Uint8Array] = ["PLTE", Uint8Array.of(255, 0, 0, 0, 255, 0, 9, 9, 9)];
  const of = (width: number, depth: number, ...rows: number[]) =>
    png({ width, height: 1, depth, color: 3 }, Uint8Array.from(rows), palette);
  assertEquals(gray(of(3, 8, 0, 2, 1, 0)), [9, 150, 76]);
  assertEquals(gray(of(3, 2, 0, 0b10010000)), [9, 150, 76]);
  assertEquals(
    assertThrows(() => gray(of(1, 8, 0, 3)), UserError).message,
    "film.png cannot be decoded (a pixel has color 3 of a palette of 3)",
  );
});

for (const { name, file, gray } of golden.forms) {
  Deno.test(`decodeImage: ${name}, as Pillow writes it and reads it as "L"`, needs("read"), () => {
    const plane = decodeImage(Uint8Array.fromBase64(file), name);
    assertEquals([plane.width, plane.height], [golden.width, golden.height]);
    assertEquals([...plane.pixels], [...Uint8Array.fromBase64(gray)]);
  });
}

Deno.test("decodeImage: other bytes, and damaged ones, are one line with the film's name", () => {
  const film = encode({
    width: 64,
    height: 64,
    channels: 1,
    depth: 8,
    data: new Uint8Array(4096).map((_, i) => (i * i) >> 5 ^ i),
  });
  const message = (bytes: Uint8Array) => assertThrows(() => gray(bytes), UserError).message;
  assertEquals(message(Uint8Array.of(1, 2, 3)), "film.png is neither a PNG nor a JPEG image");
  assertEquals(
    message(Uint8Array.of(...new Uint8Array(128), 68, 73, 67, 77)),
    "film.png is a DICOM file, which Thorax does not read yet. " +
      "Convert DICOM to PNG, for example with DCMTK: dcmj2pnm +on2 +Wm FILE.dcm FILE.png",
  );
  assertEquals(message(film.slice(0, 300)).startsWith("film.png cannot be decoded ("), true);
  const flipped = film.slice();
  flipped[200] ^= 255;
  assertEquals(/^film\.png cannot be decoded \(CRC mismatch/.test(message(flipped)), true, message(flipped));
  const deep = encode({ width: 64, height: 64, channels: 1, depth: 16, data: new Uint16Array(4096) });
  deep[50] ^= 255; // in the image data of a form that fast-png reads
  assertEquals(/^film\.png cannot be decoded \(CRC mismatch/.test(message(deep)), true, message(deep));
  assertEquals(
    message(png({ width: 4, height: 4 }, new Uint8Array(10))).startsWith("film.png cannot be decoded ("),
    true,
  );
});

Deno.test("decodeImage: real films, RGBA and 1024² among them", needs("read", "films"), async () => {
  const read = async (path: string) => decodeImage(await Deno.readFile(new URL(path, filmsFolder)), path);
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  const [rgba, color] = films.films, png = await read(rgba.path), jpeg = await read(color.path);
  assertEquals([png.width, png.height], rgba.size);
  assertAlmostEquals(mean(png.pixels), rgba.mean, 1e-5);
  assertEquals([jpeg.width, jpeg.height], color.size);
  assertAlmostEquals(mean(jpeg.pixels), color.mean, 0.1); // another version of libjpeg-turbo
});

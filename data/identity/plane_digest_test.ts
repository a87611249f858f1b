import { encode } from "fast-png";
import { assert, assertEquals } from "@std/assert";
import { decodeImage } from "../images/decode.ts";
import { planeDigest } from "./plane_digest.ts";
import { png } from "../images/testing.ts";

const width = 5, height = 3, values = Uint8Array.from({ length: width * height }, (_, i) => i * 53 + (i >> 1));

Deno.test("planeDigest: 8 bytes of SHA-256 over the width, the height and the pixels", () => {
  // hashlib.sha256(b"1 2 1 " + bytes([7, 255])).hexdigest()[:16]
  assertEquals(planeDigest({ width: 2, height: 1, pixels: Uint8Array.of(7, 255) }), "38c0a77810a4afe4");
});

Deno.test("planeDigest: losslessly encoded copies of a film have one digest", () => {
  const channels = (count: number, alpha = 9) =>
    Uint8Array.from(
      { length: count * values.length },
      (_, i) => count % 2 === 0 && i % count === count - 1 ? alpha : values[Math.floor(i / count)],
    );
  const of = (count: number, data: Uint8Array | Uint16Array = channels(count)) =>
    encode({ width, height, channels: count, depth: data.BYTES_PER_ELEMENT === 2 ? 16 : 8, data });
  const deep = (data: Uint8Array) => Uint16Array.from(data, (value) => value * 257);
  const level = encode({ width, height, channels: 1, depth: 8, data: values }, { zlib: { level: 0 } });
  const rows = [0, 1, 2].flatMap((y) => [0, ...Array.from({ length: width }, (_, x) => y * width + x)]);
  const colors: [string, Uint8Array] = ["PLTE", channels(3)];
  const palette = png({ width, height, color: 3 }, Uint8Array.from(rows), colors);
  const copies = { gray: of(1), alpha: of(2), rgb: of(3), rgba: of(4), level, palette, deep: of(1, deep(values)) };
  const expected = planeDigest({ width, height, pixels: values });
  for (const [name, file] of Object.entries({ ...copies, deepColor: of(3, deep(channels(3))) })) {
    assertEquals(planeDigest(decodeImage(file, name)), expected, name);
  }
});

Deno.test("planeDigest: one pixel, the shape or a fraction of a level makes another film", () => {
  const planes = [
    { width, height, pixels: values },
    { width: height, height: width, pixels: values },
    { width, height, pixels: values.map((value, i) => i === 7 ? value ^ 1 : value) },
    { width, height, pixels: Float32Array.from(values, (value, i) => i === 7 ? value + 1 / 257 : value) },
    { width, height, pixels: Float32Array.from(values, (value, i) => i === 7 ? 256 : value) },
    { width: 4, height: 1, pixels: Uint8Array.of(0, 0, 0x20, 0x3f) },
    { width: 1, height: 1, pixels: Float32Array.of(0.625) }, // the same bytes
  ];
  const digests = planes.map(planeDigest);
  assertEquals(new Set(digests).size, planes.length);
  assert(digests.every((digest) => /^[0-9a-f]{16}$/.test(digest)));
});

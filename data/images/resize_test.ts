import { assertAlmostEquals, assertEquals } from "@std/assert";
import { crc32 } from "node:zlib";
import golden from "../golden/resize.json" with { type: "json" };
import { resize } from "./resize.ts";

/** The formula of golden/make_resize.py. */
function formula(width: number, height: number, modulo: number): number[] {
  return Array.from({ length: width * height }, (_, i) => {
    const x = i % width, y = Math.floor(i / width);
    return (31 * x * x + 17 * y * y + 7 * x * y + 3 * x + 5 * y) % modulo;
  });
}

for (const { from: [width, height], to, ...expected } of golden.cases) {
  const size = { width: to[0], height: to[1] };
  Deno.test(`resize: ${width}×${height} to ${to.join("×")} equals Pillow's BILINEAR bit for bit`, () => {
    const { pixels } = resize({ width, height, pixels: Uint8Array.from(formula(width, height, 256)) }, size);
    if ("crc" in expected) assertEquals(crc32(pixels), expected.crc);
    else assertEquals([...pixels], expected.eight);
  });

  if (!("float" in expected)) continue;
  const floats = expected.float ?? [];
  Deno.test(`resize: a deep ${width}×${height} plane to ${to.join("×")} equals Pillow's mode F`, () => {
    const pixels = Float32Array.from(formula(width, height, 65536), (value) => value / 257);
    const resized = resize({ width, height, pixels }, size);
    assertEquals(resized.pixels.length, floats.length);
    for (const [i, value] of floats.entries()) assertAlmostEquals(resized.pixels[i], value, 2e-5);
  });
}

Deno.test("resize: the same size is the same plane", () => {
  const plane = { width: 3, height: 2, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  assertEquals(resize(plane, { width: 3, height: 2 }), plane);
});

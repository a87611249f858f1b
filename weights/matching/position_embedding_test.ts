import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import resized from "../testing/resized.json" with { type: "json" };
import { resizePositionEmbedding } from "./position_embedding.ts";

const waves = (size: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(i + 1));

/** PyTorch's own numbers: `weights/testing/make_resized.py` wrote them. */
for (const { from: [height, width], to: [newHeight, newWidth], channels, expected } of resized) {
  Deno.test(`resizePositionEmbedding: ${height}×${width} to ${newHeight}×${newWidth} as PyTorch's bicubic with antialiasing`, () => {
    const embedding = waves((1 + height * width) * channels);
    const found = resizePositionEmbedding(embedding, [height, width], [newHeight, newWidth]);
    assertEquals(found.length, expected.length);
    expected.forEach((value, i) => assertAlmostEquals(found[i], value, 2e-6, `value ${i}`));
  });
}

Deno.test("resizePositionEmbedding: the same grid gives the same numbers", () => {
  const embedding = waves((1 + 14 * 14) * 3);
  assertEquals(resizePositionEmbedding(embedding, [14, 14], [14, 14]), embedding);
});

Deno.test("resizePositionEmbedding: another number of rows is refused", () => {
  assertThrows(
    () => resizePositionEmbedding(waves(10 * 8), [3, 4], [2, 2]),
    RangeError,
    "80 values are not a position embedding [1 + 3·4, C]",
  );
});

import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { resizePositionEmbedding } from "./position_embedding.ts";

const waves = (size: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(i + 1));

// PyTorch 2.13: F.interpolate(mode="bicubic", antialias=True) in float64, as timm's resample_abs_pos_embed calls it.
// deno-fmt-ignore
const cases: [from: [number, number], to: [number, number], channels: number, expected: number[]][] = [
  [[3, 2], [5, 4], 1, [
    0.841471, 1.106591, 0.867069, 0.392114, 0.152592, 0.358304, 0.174988, -0.188515, -0.371831, -0.738968, -0.798671, -0.917056,
    -0.976759, -0.571084, -0.404958, -0.075544, 0.090581, -0.333592, -0.031618, 0.567174, 0.869148,
  ]],
  [[4, 4], [2, 3], 1, [0.841471, 0.20524, 0.14647, -0.120548, 0.090335, -0.169496, -0.188341]],
  [[5, 3], [5, 2], 2, [
    0.841471, 0.909297, -0.308651, -0.640669, 0.047404, 0.564546, -0.138995, -0.602698, -0.13344, 0.456516, 0.041734, -0.516716,
    -0.303654, 0.31212, 0.219138, -0.389573, -0.44968, 0.14286, 0.379085, -0.231397, -0.559884, -0.037779,
  ]],
];

for (const [from, to, channels, expected] of cases) {
  Deno.test(`resizePositionEmbedding: ${from.join("×")} to ${to.join("×")} as PyTorch's bicubic with antialiasing`, () => {
    const resized = resizePositionEmbedding(waves((1 + from[0] * from[1]) * channels), from, to);
    assertEquals(resized.length, expected.length);
    expected.forEach((value, i) => assertAlmostEquals(resized[i], value, 2e-6, `value ${i}`));
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

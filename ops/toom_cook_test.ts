import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type Matrix, toomCook, transposed } from "./toom_cook.ts";

const times = (matrix: Matrix, vector: readonly number[]) =>
  matrix.map((row) => row.reduce((sum, value, i) => sum + value * vector[i], 0));

for (const [m, r] of [[2, 3], [4, 3], [4, 5], [1, 2]]) {
  Deno.test(`toomCook: F(${m}×${m}, ${r}×${r}) gives the sums of products`, () => {
    const { n, input, kernel, output } = toomCook(m, r);
    assertEquals([n, input.length, kernel.length, output.length], [m + r - 1, n * n, n * n, m * m]);
    const tile = Array.from({ length: n * n }, (_, i) => Math.sin(i)),
      taps = Array.from({ length: r * r }, (_, i) => Math.cos(i));
    const atPoints = times(kernel, taps),
      actual = times(output, times(input, tile).map((value, i) => value * atPoints[i]));
    actual.forEach((value, i) => {
      const y = Math.floor(i / m), x = i % m;
      const expected = taps.reduce((sum, tap, j) => sum + tap * tile[(y + Math.floor(j / r)) * n + x + j % r], 0);
      assertAlmostEquals(value, expected, 1e-12);
    });
  });
}

Deno.test("toomCook: the way back of F(2×2, 3×3) by hand", () => {
  const at = [[1, 1, 1, 0], [0, 1, -1, 1]];
  const square = (a: number, b: number) => at[a].flatMap((down) => at[b].map((across) => down * across || 0));
  assertEquals(toomCook(2, 3).output.map((row) => row.map((value) => value || 0)), [
    square(0, 0),
    square(0, 1),
    square(1, 0),
    square(1, 1),
  ]);
});

Deno.test("transposed: rows as columns", () => {
  assertEquals(transposed([[1, 2, 3], [4, 5, 6]]), [[1, 4], [2, 5], [3, 6]]);
});

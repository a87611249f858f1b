import { assertAlmostEquals, assertEquals } from "@std/assert";
import { costLine, median, speedRatio } from "./statistics.ts";

Deno.test("median: of an odd count, of an even one, of none", () => {
  assertEquals([median([9, 1, 5]), median([4, 1, 3, 2]), median([])], [5, 2.5, NaN]);
});

Deno.test("speedRatio: the median of the rounds' ratios, which drift does not move", () => {
  const base = [[100, 110, 300], [200, 220, 210], [100, 100, 100]];
  const own = [[55, 50, 60], [105, 100, 400], [200, 200, 200]]; // ratios 2, 2, 0.5
  assertEquals(speedRatio(base, own), 2);
});

Deno.test("costLine: a fixed cost and one for each image", () => {
  const { fixed, perImage } = costLine([8, 16, 32].map((images) => ({ images, ms: 20 + 25 * images })));
  assertAlmostEquals(fixed, 20, 1e-9);
  assertAlmostEquals(perImage, 25, 1e-9);
});

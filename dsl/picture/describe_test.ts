import { assertEquals } from "@std/assert";
import { showCount, showSizes } from "./describe.ts";

Deno.test("showCount: three digits and the unit of what is left when they are rounded", () => {
  const counts = [0, 999, 1000, 36_850, 999_499, 999_500, 134_260_544, 1.5e9, 2e12].map(showCount);
  assertEquals(counts, ["0", "999", "1 k", "36.9 k", "999 k", "1 M", "134 M", "1.5 G", "2000 G"]);
});

Deno.test("showSizes: one shape, and the range of several", () => {
  assertEquals([showSizes([[56, 56, 64]]), showSizes([[7, 64], [7, 224], [7, 96]])], ["56×56×64", "7×64–224"]);
});

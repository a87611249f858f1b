import { assertEquals } from "@std/assert";
import { mapValues } from "./map_values.ts";

Deno.test("mapValues: each value by its key, in the same order; none of no record", () => {
  const mapped = mapValues({ b: 1, a: 2 }, (value, key) => key + value);
  assertEquals(Object.entries(mapped), [["b", "b1"], ["a", "a2"]]);
  assertEquals(mapValues({}, () => 1), {});
});

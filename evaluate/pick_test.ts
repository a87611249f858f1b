import { assertEquals, assertThrows } from "@std/assert";
import { pick } from "./pick.ts";

Deno.test("pick: elements in the order of the indices; an index too large is told", () => {
  const list = ["a", "b", "c"].map((name) => ({ name }));
  assertEquals(pick(list, [2, 0, 2]), [{ name: "c" }, { name: "a" }, { name: "c" }]);
  assertThrows(() => pick(list, [0, 3]), RangeError, "there is no element 3 in a list of 3");
});

import { assertEquals } from "@std/assert";
import { runAt } from "./runs.ts";

/** Parts by letters, and which of them are light. */
const run = (parts: string, start: number, light = "") => {
  const { period, times } = runAt([...parts], start, (part) => light.includes(parts[part]));
  return `${parts.slice(start, start + period)} × ${times}`;
};

Deno.test("runAt: the copies that cover most, of as few parts as cover it", () => {
  assertEquals(run("aaab", 0), "a × 3");
  assertEquals(run("abababx", 0), "ab × 3");
  assertEquals(run("aabaab", 0), "aab × 2");
  assertEquals(run("aaaa", 0), "a × 4");
});

Deno.test("runAt: without a copy, the part alone", () => {
  assertEquals(run("abc", 0), "a × 1");
  assertEquals(run("aab", 2), "b × 1");
});

Deno.test("runAt: a light part starts copies only where they would be fewer after it", () => {
  assertEquals(run("crcr", 0, "r"), "cr × 2");
  assertEquals(run("rcrcr", 0, "r"), "r × 1");
  assertEquals(run("rcrcr", 1, "r"), "cr × 2");
  assertEquals(run("rcrc", 0, "r"), "rc × 2");
});

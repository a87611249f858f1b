import { assertEquals } from "@std/assert";
import { dimensions } from "./handles.ts";

Deno.test("dimensions: 64-bit integers; of a scalar one that nobody reads, since C takes no empty buffer", () => {
  assertEquals(dimensions([2, 0, 5_000_000_000]), BigInt64Array.of(2n, 0n, 5_000_000_000n));
  assertEquals(dimensions([]), BigInt64Array.of(0n));
});

import { assertEquals } from "@std/assert";
import { compile } from "./compile.ts";
import { globalPool } from "./global_pool.ts";
import { assertTensor, forward, waves } from "./testing.ts";

Deno.test("globalPool: one mean or maximum for each image and channel", () => {
  const x = waves(2, 1, 2, 2); // sin 1 … sin 8: [[1, 2], [3, 4]] and [[5, 6], [7, 8]]
  const sin = Math.sin;
  assertTensor(forward(globalPool(), x).output, [2, 2], [
    (sin(1) + sin(3)) / 2,
    (sin(2) + sin(4)) / 2,
    (sin(5) + sin(7)) / 2,
    (sin(6) + sin(8)) / 2,
  ]);
  assertTensor(forward(globalPool({ kind: "max" }), x).output, [2, 2], [sin(1), sin(2), sin(7), sin(8)]);
});

Deno.test("globalPool: [H, W, C] becomes [C]", () => {
  assertEquals(compile(globalPool(), { input: [7, 5, 512] }).output, [512]);
});

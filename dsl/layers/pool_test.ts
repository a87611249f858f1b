import { assertEquals, assertThrows } from "@std/assert";
import { compile } from "../compile/compile.ts";
import { ShapeError, SpecError } from "../errors.ts";
import { flatten } from "./flatten.ts";
import golden from "../golden/expected.json" with { type: "json" };
import { pool } from "./pool.ts";
import { stack } from "../combinators/stack.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { calledAt, forward } from "../testing.ts";

// Expected values, made by ../golden/make_expected.py: F.max_pool2d's and F.avg_pool2d's in float64, of the same waves.

Deno.test("pool: the maximum ignores its padding; odd sizes, asymmetric stride", () => {
  const { output } = forward(pool([3, 2], { stride: [2, 3], padding: [1, 0] }), waves([1, 7, 5, 1]));
  assertTensor(output, [1, 4, 2, 1], golden.pool.max);
});

Deno.test("pool: an average counts its padding", () => {
  const { output } = forward(pool([3, 2], { kind: "average", stride: [2, 3], padding: 1 }), waves([1, 7, 5, 1]));
  assertTensor(output, [1, 4, 2, 1], golden.pool.average);
});

Deno.test("pool: the stride is the size unless given, and what is left over is dropped", () => {
  assertEquals(pool([2, 3]).stride, [2, 3]);
  assertEquals(compile(pool(2), { input: [5, 4, 1] }).output, [2, 2, 1]);
});

Deno.test("pool: padding beyond half the size is refused", () => {
  const error = assertThrows(() => pool(3, { padding: [1, 2] }), SpecError);
  assertEquals(error.message.replace(calledAt, ""), "pool: padding must be at most half the size");
});

Deno.test("pool: a vector is refused, with its neighbor", () => {
  const error = assertThrows(() => compile(stack([flatten(), pool(2)]), { input: [4, 4, 1] }), ShapeError);
  assertEquals(
    error.message,
    "1 (pool): expected an image [H, W, C], got [16] from 0 (flatten). Put it before flatten() or globalPool().",
  );
});

import * as tf from "@tensorflow/tfjs-core";
import { assertEquals, assertThrows } from "@std/assert";
import { compile } from "../compile/compile.ts";
import { ShapeError } from "../errors.ts";
import { flatten } from "./flatten.ts";
import { globalPool } from "./global_pool.ts";
import { stack } from "../combinators/stack.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";

Deno.test("globalPool: one mean or maximum for each image and channel", () => {
  const x = waves([2, 1, 2, 2]); // sin 1 … sin 8: [[1, 2], [3, 4]] and [[5, 6], [7, 8]]
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

Deno.test("globalPool: tokens [T, C] become [C], their mean or largest", () => {
  const x = tf.tensor3d([1, -2, 3, 4, 5, -9], [1, 3, 2]);
  assertTensor(forward(globalPool(), x).output, [1, 2], [3, -7 / 3]);
  assertTensor(forward(globalPool({ kind: "max" }), x).output, [1, 2], [5, 4]);
});

Deno.test("globalPool: a vector is refused, with the remedy", () => {
  const spec = stack({ flat: flatten(), pool: globalPool() });
  assertEquals(
    assertThrows(() => compile(spec, { input: [2, 2, 3] }), ShapeError).message,
    "pool (globalPool): expected an image [H, W, C] or tokens [T, C], got [12] from flat (flatten). " +
      "Leave it out: a vector has one value for each channel.",
  );
});

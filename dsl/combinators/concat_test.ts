import { assertEquals, assertThrows } from "@std/assert";
import { compile } from "../compile/compile.ts";
import { concat } from "./concat.ts";
import { conv } from "../layers/conv.ts";
import { ShapeError } from "../errors.ts";
import { identity, relu } from "../layers/activations.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";

Deno.test("concat: channels side by side, in order", () => {
  const [a, b, c, d] = [3, 4, 5, 6].map(Math.sin);
  const x = waves([1, 3, 1, 2]).slice([0, 1, 0, 0]); // sin 3 … sin 6
  assertTensor(forward(concat([relu(), identity()]), x).output, [1, 2, 1, 4], [a, 0, a, b, 0, 0, c, d]);
});

Deno.test("concat: its channels are the sum; other axes must agree", () => {
  const input = [8, 8, 3];
  assertEquals(compile(concat([identity(), conv(5, 1), conv(2, 1)]), { input }).output, [8, 8, 10]);
  assertEquals(
    assertThrows(() => compile(concat({ x: identity(), small: conv(5, 3) }), { input }), ShapeError).message,
    "concat: expected shapes that differ only in their channels, got [8, 8, 3] from x (identity) and [6, 6, 5] from " +
      "small (conv). Change stride or padding until they differ in the last axis only.",
  );
});

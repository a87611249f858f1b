import { assertEquals, assertThrows } from "@std/assert";
import { adaptivePool } from "../layers/adaptive_pool.ts";
import { compile } from "../compile/compile.ts";
import { dense } from "../layers/dense.ts";
import { ShapeError } from "../errors.ts";
import { globalPool } from "../layers/global_pool.ts";
import { identity } from "../layers/activations.ts";
import { multiply } from "./multiply.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";

Deno.test("multiply: element by element", () => {
  assertTensor(forward(multiply([identity(), identity()]), waves([1, 2])).output, [1, 2], [
    Math.sin(1) ** 2,
    Math.sin(2) ** 2,
  ]);
});

Deno.test("multiply: a vector weighs the channels of an image, each image by its own", () => {
  const x = waves([2, 1, 1, 2]); // globalPool of one pixel is the pixel
  const squares = [1, 2, 3, 4].map((i) => Math.sin(i) ** 2);
  assertTensor(forward(multiply({ image: identity(), gate: globalPool() }), x).output, [2, 1, 1, 2], squares);
});

Deno.test("multiply: so does an image of one pixel", () => {
  const [a, b, c, d] = [1, 2, 3, 4].map(Math.sin);
  const pixels = multiply({ image: identity(), gate: adaptivePool(1, { kind: "max" }) });
  assertTensor(forward(pixels, waves([1, 1, 2, 2])).output, [1, 1, 2, 2], [a * a, b * b, c * a, d * b]);
});

Deno.test("multiply: other shapes name both parts", () => {
  assertEquals(
    assertThrows(() => compile(multiply({ a: dense(3), b: dense(2) }), { input: [4] }), ShapeError).message,
    "multiply: expected one shape, or [C] or [1, 1, C] beside [H, W, C], got [3] from a (dense) and [2] from b (dense). " +
      "Make them equal, or let the first be an image and the others gates of its channels.",
  );
});

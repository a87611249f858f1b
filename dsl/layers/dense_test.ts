import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { compile, firstValue } from "../compile/compile.ts";
import { conv } from "./conv.ts";
import { dense } from "./dense.ts";
import golden from "../golden/expected.json" with { type: "json" };
import { ShapeError } from "../errors.ts";
import { stack } from "../combinators/stack.ts";
import { summary } from "../compile/summary.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";

Deno.test("dense: x · kernel + bias", () => {
  // PyTorch in float64: waves([2, 3]) @ waves([3, 2]) + waves([2])
  assertTensor(forward(dense(2), waves([2, 3])).output, [2, 2], golden.dense);
  const { output } = forward(dense(1, { bias: false }), waves([1, 2]));
  assertTensor(output, [1, 1], [Math.sin(1) ** 2 + Math.sin(2) ** 2]);
});

Deno.test("dense: tokens [T, C], each alike", () => {
  // PyTorch in float64: waves([1, 2, 3]) @ waves([3, 2]) + waves([2])
  assertTensor(forward(dense(2), waves([1, 2, 3])).output, [1, 2, 2], golden.dense);
  assertEquals(summary(compile(dense(768), { input: [197, 192] }))[0].multiplyAdds, 197 * 192 * 768);
});

Deno.test("dense: first kernels and biases are uniform within 1/√C, as PyTorch's", () => {
  const { parameters } = compile(dense(512), { input: [64] });
  for (const parameter of parameters) {
    const values = firstValue(parameter, 1).dataSync<"float32">(), largest = values.map(Math.abs).toSorted().at(-1);
    assertAlmostEquals(largest ?? 0, 1 / 8, 0.0025, parameter.path);
  }
});

Deno.test("dense: an image is refused, and told how to become a vector", () => {
  const spec = stack({ features: stack([conv(4, 3)]), head: dense(15) });
  const error = assertThrows(() => compile(spec, { input: [8, 8, 1] }), ShapeError);
  assertEquals(
    error.message,
    "head (dense): expected a vector [C] or tokens [T, C], got [6, 6, 4] from features/0 (conv). Put flatten() or globalPool() before it.",
  );
  assertEquals(error.place, { path: "head", type: "dense" });
});

import { assertEquals, assertThrows } from "@std/assert";
import { compile } from "../compile/compile.ts";
import { conv } from "../layers/conv.ts";
import { dense } from "../layers/dense.ts";
import { ShapeError } from "../errors.ts";
import { relu } from "../layers/activations.ts";
import { residual } from "./residual.ts";
import { stack } from "./stack.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";

Deno.test("residual: body(x) + x, with no activation after", () => {
  const [x, minus] = [Math.sin(3), Math.sin(4)];
  assertTensor(forward(residual(relu()), waves([1, 4])).output, [1, 4], [
    2 * Math.sin(1),
    2 * Math.sin(2),
    2 * x,
    minus,
  ]);
});

Deno.test("residual: with a shortcut, body(x) + shortcut(x), each with its parameters", () => {
  const spec = residual(dense(1), { shortcut: dense(1, { bias: false }) });
  assertEquals(
    compile(spec, { input: [1] }).parameters.map(({ path }) => path),
    ["body/kernel", "body/bias", "shortcut/kernel"],
  );
  const s = Math.sin(1);
  assertTensor(forward(spec, waves([1, 1])).output, [1, 1], [s * s + s + s * s]);
});

Deno.test("residual: shapes that differ name both paths, and the remedy", () => {
  const spec = stack({ stem: conv(64, 3), block: residual(stack({ conv1: conv(128, 3, { stride: 2, padding: 1 }) })) });
  assertEquals(
    assertThrows(() => compile(spec, { input: [10, 10, 1] }), ShapeError).message,
    "block (residual): expected body and shortcut of one shape, got [4, 4, 128] from block/body/conv1 (conv) and " +
      "[8, 8, 64] from block/shortcut (identity). Give it a shortcut that ends in the body's shape, such as " +
      "{ shortcut: conv(128, 1, { stride: … }) }.",
  );
});

import { assertEquals, assertThrows } from "@std/assert";
import { compile } from "../compile/compile.ts";
import { dense } from "../layers/dense.ts";
import { ShapeError, SpecError } from "../errors.ts";
import { identity } from "../layers/activations.ts";
import { sum } from "./sum.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";

Deno.test("sum: adds what each part makes of the same input", () => {
  const { output } = forward(sum([identity(), identity(), identity()]), waves([1, 2]));
  assertTensor(output, [1, 2], [3 * Math.sin(1), 3 * Math.sin(2)]);
});

Deno.test("sum: shapes that differ name both parts", () => {
  const spec = sum({ wide: dense(3), same: dense(3), narrow: dense(2) });
  assertEquals(
    assertThrows(() => compile(spec, { input: [4] }), ShapeError).message,
    "sum: expected one shape, got [3] from wide (dense) and [2] from narrow (dense). " +
      "Change filters, stride or padding until both are the same.",
  );
  assertThrows(() => sum([]), SpecError, "sum: there is nothing to add");
});

import { assertEquals, assertThrows } from "@std/assert";
import { batchNorm } from "../dsl/layers/batch_norm.ts";
import { compile } from "../dsl/compile/compile.ts";
import { stack } from "../dsl/combinators/stack.ts";
import { UserError } from "../errors.ts";
import { checkValues, isRunningVariance } from "./parameter_values.ts";

const from = { path: "a.pt", name: "bn.running_var" };

Deno.test("checkValues: NaN, infinity and a variance below 0 are named by tensor and place", () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    assertThrows(
      () => checkValues(Float32Array.of(1, -2, value), from),
      UserError,
      `a.pt: tensor "bn.running_var" holds ${value}, at 2 of 3`,
    );
  }
  assertThrows(
    () => checkValues(Float32Array.of(1, -0.5), { ...from, isVariance: true }),
    UserError,
    'a.pt: tensor "bn.running_var" holds a variance of -0.5, at 1 of 2',
  );
  const values = Float32Array.of(0, -0, 3.4e38, 1e-45);
  assertEquals(checkValues(values, { ...from, isVariance: true }) === values, true);
  assertEquals(checkValues(Float32Array.of(-1), from)[0], -1);
});

Deno.test("isRunningVariance: a batch norm's, alone or in a stack", () => {
  const of = (spec: Parameters<typeof compile>[0]) =>
    compile(spec, { input: [2, 2, 1] }).parameters.filter(isRunningVariance).map(({ path }) => path);
  assertEquals([of(batchNorm()), of(stack({ bn: batchNorm() }))], [["variance"], ["bn/variance"]]);
});

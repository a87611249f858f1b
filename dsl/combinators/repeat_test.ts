import { assertEquals, assertThrows } from "@std/assert";
import { compile } from "../compile/compile.ts";
import { dense } from "../layers/dense.ts";
import { SpecError } from "../errors.ts";
import { repeat } from "./repeat.ts";
import { stack } from "./stack.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";

Deno.test("repeat: as many copies, each with its own parameters", () => {
  const model = compile(repeat(3, dense(2)), { input: [2] });
  assertEquals(
    model.parameters.map(({ path }) => path),
    ["0/kernel", "0/bias", "1/kernel", "1/bias", "2/kernel", "2/bias"],
  );
  const weights = model.init(1);
  assertEquals(weights["0/kernel"].equal(weights["1/kernel"]).any().dataSync()[0], 0);
});

Deno.test("repeat: computes what a stack of copies does, and is one node in JSON", () => {
  const copies = forward(stack([dense(2), dense(2)]), waves([1, 2])).output.dataSync();
  assertTensor(forward(repeat(2, dense(2)), waves([1, 2])).output, [1, 2], [...copies], 0);
  assertEquals(JSON.stringify(repeat(50, dense(2))).match(/"dense"/g)?.length, 1);
});

Deno.test("repeat: none at all is refused", () => {
  assertThrows(() => repeat(0, dense(2)), SpecError, "repeat: times must be a positive integer, got 0");
});

import { assertEquals, assertThrows } from "@std/assert";
import { compile } from "../compile/compile.ts";
import { conv } from "../layers/conv.ts";
import { dense } from "../layers/dense.ts";
import { SpecError } from "../errors.ts";
import { relu } from "../layers/activations.ts";
import { stack } from "./stack.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";

Deno.test("stack: parameters are named by the path to them, by position or by key", () => {
  const spec = stack({ features: stack([conv(2, 1), relu(), conv(3, 1, { bias: false })]) });
  assertEquals(
    compile(spec, { input: [4, 4, 1] }).parameters.map(({ path }) => path),
    ["features/0/kernel", "features/0/bias", "features/2/kernel"],
  );
});

Deno.test("stack: one after another", () => {
  const [first, second] = [Math.sin(1), Math.sin(2)];
  const once = first * first + first; // kernel sin 1, bias sin 1, of x = sin 1
  assertTensor(forward(stack([dense(1), relu(), dense(2)]), waves([1, 1])).output, [1, 2], [
    once * first + first,
    once * second + second,
  ]);
});

Deno.test("stack: an empty one is the identity", () => {
  assertTensor(forward(stack([]), waves([1, 2])).output, [1, 2], [Math.sin(1), Math.sin(2)]);
});

Deno.test("stack: keys that would be reordered, or break a path, are refused", () => {
  assertEquals(
    assertThrows(() => stack({ first: relu(), 1: relu() }), SpecError).message,
    'stack: JavaScript would move the key "1" before the others; pass an array, or name it "layer1"',
  );
  assertEquals(
    assertThrows(() => stack({ "a/b": relu() }), SpecError).message,
    'stack: children must be named without "/", which joins names into paths, got "a/b"',
  );
});

Deno.test("stack: a constructor that was not called is told so", () => {
  const parts = [conv(1, 1), relu] as never;
  assertEquals(
    assertThrows(() => stack(parts), SpecError).message,
    'stack: the part "1" is a function, not a spec; call it: relu()',
  );
});

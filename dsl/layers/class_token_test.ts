import { assertEquals, assertThrows } from "@std/assert";
import { classToken } from "./class_token.ts";
import { compile } from "../compile/compile.ts";
import { dense } from "./dense.ts";
import { ShapeError } from "../errors.ts";
import { stack } from "../combinators/stack.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";

const sin = Math.sin;

Deno.test("classToken: the first of each sequence", () => {
  assertTensor(forward(classToken(), waves([2, 3, 2])).output, [2, 2], [sin(1), sin(2), sin(7), sin(8)]);
});

Deno.test("classToken: of vectors there is none", () => {
  const error = assertThrows(() => compile(stack([dense(4), classToken()]), { input: [8] }), ShapeError);
  assertEquals(
    error.message,
    "1 (classToken): expected tokens [T, C], got [4] from 0 (dense). Put it before what makes a vector of the tokens.",
  );
});

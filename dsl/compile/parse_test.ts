import { assertEquals, assertThrows } from "@std/assert";
import { adaptivePool } from "../layers/adaptive_pool.ts";
import { batchNorm } from "../layers/batch_norm.ts";
import { concat } from "../combinators/concat.ts";
import { conv } from "../layers/conv.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { SpecError } from "../errors.ts";
import { flatten } from "../layers/flatten.ts";
import { globalPool } from "../layers/global_pool.ts";
import { identity, relu } from "../layers/activations.ts";
import { fanInUniform, xavierUniform } from "../initializers.ts";
import { multiply } from "../combinators/multiply.ts";
import { parse } from "./parse.ts";
import { pool } from "../layers/pool.ts";
import { repeat } from "../combinators/repeat.ts";
import { residual } from "../combinators/residual.ts";
import { stack } from "../combinators/stack.ts";
import { sum } from "../combinators/sum.ts";
import { assertFrozen } from "../testing.ts";

const everything = stack({
  stem: conv(8, [3, 5], { stride: 2, padding: [1, 2], groups: 1, init: xavierUniform(), biasInit: fanInUniform }),
  norm: batchNorm({ epsilon: 1e-3 }),
  block: repeat(2, residual(stack([conv(8, 3, { padding: "same" }), relu()]), { shortcut: conv(8, 1) })),
  branches: concat([sum({ a: identity(), b: relu() }), multiply([identity(), globalPool({ kind: "max" })])]),
  pool: pool(3, { kind: "average", padding: 1 }),
  spread: adaptivePool([2, 1], { kind: "max" }),
  flatten: flatten(),
  drop: dropout(0.3),
  head: dense(4, { bias: false }),
});

Deno.test("parse: every layer comes back from JSON as it was, frozen throughout", () => {
  assertEquals(parse(JSON.stringify(everything)), everything);
  assertFrozen(everything);
  assertFrozen(parse(JSON.stringify(everything)));
});

Deno.test("parse: what has a default may be left out, and a number stands for a pair", () => {
  assertEquals(parse({ type: "conv", filters: 8, kernel: 3, padding: 1 }), conv(8, 3, { padding: 1 }));
  assertEquals(parse({ type: "pool", size: 2, stride: 2 }), pool(2));
});

Deno.test("parse: a mistake is named with its path", () => {
  const message = (json: unknown) => assertThrows(() => parse(json), SpecError).message;
  const inside = (json: unknown) => ({
    type: "stack",
    children: [["features", { type: "stack", children: [["0", json]] }]],
  });
  assertEquals(
    message(inside({ type: "cnov", filters: 8, kernel: 3 })),
    'features/0: there is no layer of type "cnov"; did you mean conv?',
  );
  assertEquals(
    message(inside({ type: "transformer" })),
    'features/0: there is no layer of type "transformer"; pass your own as "layers"',
  );
  assertEquals(
    message(inside({ type: "conv", filters: 8 })),
    "features/0 (conv): kernel must be a positive integer, or a pair of them, got undefined",
  );
  assertEquals(
    message(inside({ type: "conv", filters: 8, kernel: 3, filter: 8 })),
    'features/0 (conv): there is no field "filter"; did you mean filters?',
  );
  assertEquals(
    message(inside({ type: "relu", slope: 1 })),
    'features/0 (relu): there is no field "slope"; the fields are: none',
  );
  assertEquals(message(inside(3)), 'features/0: a spec must be an object with a "type", got 3');
  assertEquals(
    message(inside({ type: "pool", size: 2, stride: 2, padding: 2 })),
    "features/0 (pool): padding must be at most half the size",
  );
});

Deno.test("parse: children are pairs with names of their own", () => {
  const message = (children: unknown) => assertThrows(() => parse({ type: "stack", children }), SpecError).message;
  const relu = { type: "relu" };
  assertEquals(
    message({ a: relu }),
    'stack: children must be an array of [name, spec] pairs, got {"a":{"type":"relu"}}',
  );
  assertEquals(message([relu]), 'stack: children must be an array of [name, spec] pairs, got {"type":"relu"}');
  assertEquals(message([["a", relu], ["a", relu]]), 'stack: children must be named apart, got ["a","a"]');
});

Deno.test("parse: text that is no JSON", () => {
  assertThrows(() => parse('{"type": "relu"'), SpecError, "a spec must be JSON: ");
});

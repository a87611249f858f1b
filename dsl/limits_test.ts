import { assert, assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../errors.ts";
import { adaptivePool } from "./layers/adaptive_pool.ts";
import { attention } from "./layers/attention.ts";
import { compile } from "./compile/compile.ts";
import { concat } from "./combinators/concat.ts";
import { conv } from "./layers/conv.ts";
import { dense } from "./layers/dense.ts";
import { SpecError } from "./errors.ts";
import { identity, relu } from "./layers/activations.ts";
import { defaultLimits, type Limits, withinStack } from "./limits.ts";
import { parse } from "./compile/parse.ts";
import { patchEmbedding } from "./layers/patch_embedding.ts";
import { pool } from "./layers/pool.ts";
import { repeat } from "./combinators/repeat.ts";
import { residual } from "./combinators/residual.ts";
import type { Shape } from "./shape.ts";
import type { Spec } from "./spec.ts";
import { stack } from "./combinators/stack.ts";
import { summary } from "./compile/summary.ts";

/** For each limit: what is at its edge, what is beyond, and what is said of it. */
const edges: readonly [limit: keyof Limits, at: Spec, beyond: Spec, input: Shape, message: string][] = [
  [
    "padding",
    conv(1, 3, { padding: 1024 }),
    conv(1, 3, { padding: [0, 1025] }),
    [4, 4, 1],
    "conv: it pads by 1,025 on a side",
  ],
  [
    "padding",
    conv(1, 2049, { padding: "same" }),
    conv(1, 2051, { padding: "same" }),
    [2, 2, 1],
    "conv: it pads by 1,025 on a side",
  ],
  [
    "padding",
    pool(2048, { padding: 1024 }),
    pool(2050, { padding: 1025 }),
    [2, 2, 1],
    "pool: it pads by 1,025 on a side",
  ],
  [
    "window",
    conv(1, 1, { stride: 4096 }),
    conv(1, 1, { stride: [1, 4097] }),
    [2, 2, 1],
    "conv: its window has 4,097 for a side, stride or dilation",
  ],
  [
    "window",
    conv(1, 1, { dilation: 4096 }),
    conv(1, 1, { dilation: 4097 }),
    [2, 2, 1],
    "conv: its window has 4,097 for a side, stride or dilation",
  ],
  [
    "window",
    pool(1, { stride: 4096 }),
    pool(1, { stride: 1e12 }),
    [2, 2, 1],
    "pool: its window has 1,000,000,000,000 for a side, stride or dilation",
  ],
  [
    "window",
    conv(1, [4096, 1]),
    conv(1, [4097, 1]),
    [5000, 1, 1],
    "conv: its window has 4,097 for a side, stride or dilation",
  ],
  [
    "window",
    patchEmbedding(1, [4096, 1]),
    patchEmbedding(1, [8192, 1]),
    [8192, 1, 1],
    "patchEmbedding: its window has 8,192 for a side, stride or dilation",
  ],
  [
    "window",
    adaptivePool([4096, 1]),
    adaptivePool([4097, 1]),
    [2, 2, 1],
    "adaptivePool: its window has 4,097 for a side, stride or dilation",
  ],
  ["activation", conv(2 ** 28, 1), conv(2 ** 28 + 1, 1), [1, 1, 1], "conv: [1, 1, 268435457] has 268,435,457 elements"],
  [
    "scores",
    attention({ heads: 4 }),
    attention({ heads: 4 }),
    [2 ** 14, 4],
    "attention: its heads compute 1,073,872,900 scores of a token by another",
  ],
  [
    "activation",
    concat([dense(2 ** 27), dense(2 ** 27)]),
    concat([dense(2 ** 27), dense(2 ** 27 + 1)]),
    [1],
    "concat: [268435457] has 268,435,457 elements",
  ],
  [
    "parameter",
    dense(2 ** 15, { bias: false }),
    dense(2 ** 15 + 1),
    [2 ** 15],
    "dense: kernel [32768, 32769] has 1,073,774,592 elements",
  ],
  ["layers", repeat(9999, relu()), repeat(10_000, relu()), [1], "repeat: the model has 10,001 specs"],
  ["layers", repeat(9999, relu()), repeat(1e9, relu()), [1], "repeat: the model has 1,000,000,001 specs"],
  [
    "layers",
    repeat(99, repeat(100, relu())),
    repeat(100, repeat(100, relu())),
    [1],
    "99 (repeat): the model has 10,101 specs",
  ],
  ["multiplyAdds", pool(1024, { stride: 1 }), pool(1024, { stride: 1, padding: 512 }), [
    2048,
    2048,
    1,
  ], "pool: up to here the model takes"],
];

Deno.test("limits: at the edge a spec compiles, beyond it the place, the number and the limit are named", () => {
  for (const [limit, at, beyond, input, message] of edges) {
    compile(at, { input });
    const larger = JSON.stringify(at) === JSON.stringify(beyond)
      ? input.map((size, axis) => axis === 0 ? size + 1 : size)
      : input;
    const error = assertThrows(() => compile(beyond, { input: larger }), SpecError);
    assertEquals(error.message.slice(0, message.length), message);
    const most = defaultLimits[limit].toLocaleString("en-US");
    assertEquals(
      error.message.slice(error.message.indexOf(", and the limit")),
      `, and the limit is ${most}; where that is meant, \`limits: { ${limit}: … }\` of compile() and parse() raises it`,
    );
    if (limit !== "layers") compile(beyond, { input: larger, limits: { [limit]: 2 ** 43 } }); // the advice works
  }
});

Deno.test("limits: the input", () => {
  compile(identity(), { input: [2 ** 14, 2 ** 14, 1] });
  assertEquals(
    assertThrows(() => compile(identity(), { input: [1e9, 1e9, 1] }), SpecError).message,
    "input: [1000000000, 1000000000, 1] has 1,000,000,000,000,000,000 elements, and the limit is 268,435,456; " +
      "where that is meant, `limits: { activation: … }` of compile() and parse() raises it",
  );
});

Deno.test("limits: an option raises one, or lowers it", () => {
  const spec = conv(1, 3, { padding: 2000 });
  assertEquals(compile(spec, { input: [2, 2, 1], limits: { padding: 2000 } }).output, [4000, 4000, 1]);
  assertThrows(() => compile(spec, { input: [2, 2, 1], limits: { padding: 1999 } }), SpecError, "2,000 on a side");
  assertThrows(() => compile(repeat(10, relu()), { input: [1], limits: { layers: 10 } }), SpecError, "11 specs");
});

/** JSON of specs in specs, `depth` of them. */
const nested: Record<string, (depth: number) => string> = {
  stack: (depth) => '{"type":"stack","children":[["a",'.repeat(depth - 1) + '{"type":"relu"}' + "]]}".repeat(depth - 1),
  residual: (depth) =>
    '{"type":"residual","body":'.repeat(depth - 1) + '{"type":"relu"}' +
    ',"shortcut":{"type":"identity"}}'.repeat(depth - 1),
  repeat: (depth) => '{"type":"repeat","times":1,"body":'.repeat(depth - 1) + '{"type":"relu"}' + "}".repeat(depth - 1),
};

for (const [type, json] of Object.entries(nested)) {
  Deno.test(`limits: ${type} in ${type}, 1,000 deep and deeper`, () => {
    assertEquals(parse(json(1000)).type, type);
    for (const depth of [1001, 3000, 100_000]) {
      const { message } = assertThrows(() => parse(json(depth)), SpecError);
      const place = type === "repeat" ? "body" : type === "stack" ? "a" : "body";
      assert(
        message.startsWith("…") && message.includes(`/${place} (relu): it is 1,001 specs deep`) === (depth === 1001),
        message,
      );
      assert(message.includes("specs deep, and the limit is 1,000; "), message);
      assert(message.length < 300 && !message.includes("\n"));
    }
    assertEquals(parse(json(1001), { limits: { depth: 1001 } }).type, type);
    const shallow = parse(json(300));
    assertEquals(summary(compile(shallow, { input: [1] })).length, type === "residual" ? 300 : 1);
  });
}

Deno.test("limits: a spec that functions nested too deep is a mistake in one line too", () => {
  let spec: Spec = relu();
  for (let i = 1; i < 1001; i++) spec = i % 2 ? stack([spec]) : residual(spec);
  assertThrows(() => compile(spec, { input: [1] }), SpecError, "it is 1,001 specs deep, and the limit is 1,000; ");
  for (let i = 0; i < 20_000; i++) spec = stack([spec]);
  assertThrows(
    () => compile(spec, { input: [1], limits: { depth: 1e9, layers: 1e9 } }),
    UserError,
    "this machine's stack",
  );
});

Deno.test("parse: a value too deep or too long to show is not shown whole", () => {
  let deep: Spec = relu();
  for (let i = 0; i < 20_000; i++) deep = stack([deep]);
  assertEquals(
    assertThrows(() => parse({ type: "conv", filters: deep, kernel: 3 }), SpecError).message,
    "conv: filters must be a positive integer, got an object",
  );
  assertEquals(
    assertThrows(() => parse([deep]), SpecError).message,
    'a spec must be an object with a "type", got an array',
  );
  const { message } = assertThrows(() => parse({ type: "conv", filters: "x".repeat(1e6), kernel: 3 }), SpecError);
  assert(message.startsWith('conv: filters must be a positive integer, got "xxx') && message.length < 260, message);
});

Deno.test("withinStack: other errors stay what they are", () => {
  const error = new RangeError("out of range");
  assertEquals(
    assertThrows(() =>
      withinStack(() => {
        throw error;
      }), RangeError),
    error,
  );
});

import "../../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { flatten, mapLeaves } from "./structure.ts";

const signature = (value: unknown) => flatten(value).signature;

Deno.test("flatten: tensors and numbers, in order, with the way to each", () => {
  const a = tf.scalar(1), b = tf.tensor1d([2, 3], "int32");
  const { leaves, signature } = flatten([{ "conv/kernel": a, rate: 0.5 }, [b, "text", null, undefined, true]]);
  assertEquals(leaves.map(({ path }) => path), ["/0/conv/kernel", "/0/rate", "/1/0"]);
  assert(leaves[0].value === a && leaves[1].value === 0.5 && leaves[2].value === b);
  assertEquals(signature, '[{"conv/kernel":float32[],"rate":number},[int32[2],"text",null,undefined,true]]');
});

Deno.test("flatten: signatures tell apart what a trace may depend on, and no more", () => {
  assertEquals(signature(1), signature(2));
  assertEquals(signature(tf.ones([2, 3])), signature(tf.zeros([2, 3])));
  const different: unknown[] = [
    1,
    "number",
    "1",
    true,
    "true",
    null,
    "null",
    undefined,
    [],
    {},
    [1],
    [[1]],
    [1, 1],
    { a: 1 },
    { b: 1 },
    { a: undefined },
    { a: 1, b: 1 },
    { b: 1, a: 1 },
    { 'a":number,"b': 1 },
    tf.scalar(1),
    tf.scalar(1, "int32"),
    tf.ones([1]),
    tf.ones([1, 1]),
    tf.ones([11]),
  ];
  assertEquals(new Set(different.map(signature)).size, different.length);
});

Deno.test("flatten: anything else throws and says where it stands", () => {
  class Box {}
  const message = "and neither a tensor, a number, a string, a boolean, an array nor a plain object";
  const at = (value: unknown, name?: string) => assertThrows(() => flatten(value, undefined, name), TypeError).message;
  assertEquals(at({ a: [1, new Map()] }, "f: argument"), `jit: f: argument a/1 is of the kind Map, ${message}`);
  assertEquals(at([() => 1]), `jit: the value 0 is of the kind Function, ${message}`);
  assertEquals(at(new Box()), `jit: the value is of the kind Box, ${message}`);
  assertEquals(at(Promise.resolve()), `jit: the value is of the kind Promise, ${message}`);
  assertEquals(at({ a: Float32Array.of(1) }), `jit: the value a is of the kind Float32Array, ${message}`);
});

Deno.test("flatten: what contains itself is refused, and what comes twice is not", () => {
  const ring: { next: unknown[] } = { next: [1] };
  ring.next.push(ring);
  assertEquals(
    assertThrows(() => flatten([ring], undefined, "f: argument"), TypeError).message,
    "jit: f: argument 0/next/1 contains itself; pass it without the way back",
  );
  const shared = { x: 1 };
  assertEquals(flatten([shared, shared]).leaves.length, 2);
});

Deno.test("mapLeaves: the same structure, with other leaves, in flatten's order", () => {
  const seen: unknown[] = [];
  const mapped = mapLeaves({ a: [1, { b: 2 }], c: "text", d: null, e: undefined, f: 3 }, (value) => {
    seen.push(value);
    return `${value}!`;
  });
  assertEquals(seen, [1, 2, 3]);
  assertEquals(mapped, { a: ["1!", { b: "2!" }], c: "text", d: null, e: undefined, f: "3!" });
  const bare = Object.assign(Object.create(null), { x: 1 });
  assertEquals(mapLeaves(bare, () => 2), { x: 2 });
  assertEquals(mapLeaves(7, (value) => [value]), [7]);
});

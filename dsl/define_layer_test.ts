import * as tf from "@tensorflow/tfjs-core";
import { assertEquals, assertThrows } from "@std/assert";
import { compile } from "./compile/compile.ts";
import { create } from "./create.ts";
import { dense } from "./layers/dense.ts";
import { SpecError } from "./errors.ts";
import { childNamed, count, optional } from "./fields.ts";
import { zeros } from "./initializers.ts";
import type { AnySpec } from "./any_spec.ts";
import type { Definition } from "./layer.ts";
import { defineLayer } from "./define_layer.ts";
import { parse } from "./compile/parse.ts";
import type { Spec } from "./spec.ts";
import { stack } from "./combinators/stack.ts";
import { addition } from "./combinators/sum.ts";
import { assertTensor, waves } from "../ops/testing.ts";
import { waveWeights } from "./testing.ts";

/** x + offset, a layer with a parameter. */
interface Shift {
  readonly type: "testShift";
}
/** body(x) + … + body(x), a combinator. */
interface Times {
  readonly type: "testTimes";
  readonly body: Spec;
  readonly times: number;
}

const shiftLayer = defineLayer<Shift>({
  type: "testShift",
  fields: {},
  shape: (_, input) => input,
  parameters: (_, input) => ({ offset: { shape: input, init: zeros } }),
  apply: (_, { offset }, x) => tf.add(x, offset),
});
const timesCombinator = defineLayer<Times>({
  type: "testTimes",
  fields: { body: childNamed("body"), times: optional(count, 2) },
  children: ({ body }) => [["body", body]],
  wire({ times }, input, { child, join }) {
    const value = child("body", input);
    return join(addition, Array.from({ length: times }, () => value));
  },
});
const layers = [shiftLayer, timesCombinator];

/** For what module augmentation would do; see docs/examples/my_model.ts. */
const own = (spec: AnySpec) => spec as Spec;
const spec = stack([own(create(timesCombinator, { body: create(shiftLayer, {}) })), dense(1)]);

Deno.test("defineLayer: a layer and a combinator of one's own, beside the built-in ones", () => {
  const model = compile(spec, { input: [2], layers });
  assertEquals(model.parameters.map(({ path }) => path), ["0/body/offset", "1/kernel", "1/bias"]);
  const { output } = model.apply(waveWeights(model), waves([1, 2]), { training: false });
  const [a, b] = [Math.sin(1), Math.sin(2)];
  assertTensor(output, [1, 1], [4 * a * a + 4 * b * b + a]);
});

Deno.test("parse: takes definitions of one's own", () => {
  assertEquals(parse(JSON.stringify(spec), { layers }), spec);
});

Deno.test("compile: a layer that was not passed, or takes a built-in name, is refused", () => {
  assertEquals(
    assertThrows(() => compile(spec, { input: [2], layers: [timesCombinator] }), SpecError).message,
    '0/body: there is no layer of type "testShift"; pass your own as "layers"',
  );
  const impostor: Definition = { ...shiftLayer, type: "dense" };
  assertEquals(
    assertThrows(() => compile(spec, { input: [2], layers: [impostor] }), SpecError).message,
    'there is a layer of type "dense" already; give yours another name',
  );
});

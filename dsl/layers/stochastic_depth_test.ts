import * as tf from "@tensorflow/tfjs-core";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { SpecError } from "../errors.ts";
import { stochasticDepth } from "./stochastic_depth.ts";
import { forward } from "../testing.ts";

const x = tf.ones([1000, 2, 2]);
const drop = (seed: [number, number], rate = 0.5) =>
  forward(stochasticDepth(rate), x, { training: true, seed: tf.tensor1d(seed, "int32") }).output.dataSync();

Deno.test("stochasticDepth: whole samples are zero, the others scaled up, as the seed decides", () => {
  const values = drop([1, 2]);
  for (let i = 0; i < values.length; i++) assertEquals(values[i], values[i - i % 4] ? 2 : 0);
  assertAlmostEquals(values.filter((value) => value === 0).length / values.length, 0.5, 0.05);
  const rare = drop([1, 2], 0.2);
  assertEquals(rare, rare.map((value) => value === 0 ? 0 : 1.25));
  assertAlmostEquals(rare.filter((value) => value === 0).length / rare.length, 0.2, 0.05);
  assertEquals(drop([1, 2]), values);
  assert(drop([1, 3]).join() !== values.join());
});

Deno.test("stochasticDepth: in inference, and at rate 0, it is x; in training it needs a seed", () => {
  assert(forward(stochasticDepth(0.5), x).output === x);
  assert(forward(stochasticDepth(0), x, { training: true }).output === x);
  assertThrows(() => forward(stochasticDepth(0.5), x, { training: true }), TypeError, "training needs a seed");
  assertThrows(() => stochasticDepth(1), SpecError, "stochasticDepth: rate must be a probability");
});

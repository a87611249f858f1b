import * as tf from "@tensorflow/tfjs-core";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { concat } from "../combinators/concat.ts";
import { dropout } from "./dropout.ts";
import { SpecError } from "../errors.ts";
import { forward } from "../testing.ts";

const x = tf.ones([1, 4000]);
const drop = (rate: number, seed: [number, number], spec = dropout(rate)) =>
  forward(spec, x, { training: true, seed: tf.tensor1d(seed, "int32") }).output.dataSync();

Deno.test("dropout: zero at its rate, and what stays is scaled up", () => {
  const values = drop(0.25, [1, 2]);
  assert(values.every((value) => value === 0 || Math.abs(value - 4 / 3) < 1e-6));
  assertAlmostEquals(values.filter((value) => value === 0).length / 4000, 0.25, 0.03);
});

Deno.test("dropout: the seed decides, either half of it", () => {
  assertEquals(drop(0.5, [1, 2]), drop(0.5, [1, 2]));
  assert(drop(0.5, [1, 2]).join() !== drop(0.5, [1, 3]).join());
  assert(drop(0.5, [1, 2]).join() !== drop(0.5, [2, 2]).join());
});

Deno.test("dropout: two in one model have streams of their own", () => {
  const two = forward(concat([dropout(0.5), dropout(0.5)]), x, { training: true, seed: tf.tensor1d([1, 2], "int32") });
  const values = two.output.dataSync();
  const same = values.subarray(0, 4000).filter((value, i) => value === values[4000 + i]).length;
  assertAlmostEquals(same / 4000, 0.5, 0.05);
});

Deno.test("dropout: in inference, and at rate 0, it is x", () => {
  assert(forward(dropout(0.5), x).output === x);
  assert(forward(dropout(0), x, { training: true }).output === x);
});

Deno.test("dropout: training without a seed names the layer; a rate of 1 is refused", () => {
  const error = assertThrows(() => forward(dropout(0.5), x, { training: true }), TypeError);
  assertEquals(error.message, "dropout: training needs a seed; pass apply() one, an int32 [2] tensor");
  assertThrows(() => dropout(1), SpecError, "dropout: rate must be a probability, 0 or more and less than 1, got 1");
});

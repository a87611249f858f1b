import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { assertTensor, waves } from "../../ops/testing.ts";
import { jit } from "../jit.ts";
import { engineTest } from "../testing.ts";

const unread = "float32 [2, 2]) while the function is traced, when no tensor has a value yet; " +
  "return it and read what the call gives, or choose with tf.where";
const unshaped = "whose shape depends on values, and a traced function has none; " +
  "compute it outside and pass it, or keep the shape and choose with tf.where";
const seeded = "pass a seed and use dropout or statelessUniform of ops/dropout.ts";

/** Functions of a 2×2 matrix that cannot be traced, and their error messages. */
const refused: Record<string, readonly [(x: tf.Tensor2D) => unknown, string]> = {
  "a choice by a value": [
    (x) => x.dataSync()[0] > 0 ? x : tf.neg(x),
    `dataSync reads a tensor (an argument, ${unread}`,
  ],
  "data, waited for": [
    async (x) => tf.scalar((await x.data())[0]),
    `data reads a tensor (an argument, ${unread}`,
  ],
  "data, not waited for": [
    (x) => {
      tf.neg(x).data().then((values) => console.log(values));
      return x;
    },
    `data reads a tensor (a result of Neg, ${unread}`,
  ],
  "tf.print": [(x) => tf.print(x), `print reads a tensor (an argument, ${unread}`],
  "tf.whereAsync": [
    (x) => tf.whereAsync(tf.greater(x, 0)),
    `tf.whereAsync reads a tensor (a result of Greater, bool [2, 2]) ${unread.slice(16)}`,
  ],
  "tf.booleanMaskAsync": [
    (x) => tf.booleanMaskAsync(tf.ones([4]), tf.cast(tf.reshape(x, [4]), "bool")),
    `tf.booleanMaskAsync reads a tensor (a result of Reshape, bool [4]) while the function is traced, when no tensor has a value yet; ` +
    "return it and read what the call gives, or choose with tf.where",
  ],
  "tf.unique": [
    (x) => tf.unique(tf.reshape(x, [4])).values,
    `UniqueV2 makes a tensor [?], ${unshaped}`,
  ],
  "tf.multinomial": [(x) => tf.multinomial(x, 3, 1), `Multinomial draws numbers that no seed repeats; ${seeded}`],
  "tf.randomNormal": [
    () => tf.randomNormal([2]),
    `tf.randomNormal in a traced function would give the same numbers in every call; ${seeded}; a layer draws its weights when it is built: before`,
  ],
};

for (const [name, [use, message]] of Object.entries(refused)) {
  engineTest(`jit refuses ${name}, and the function works when it is mended`, async () => {
    let mended = false;
    const fn = jit(function step(x: tf.Tensor2D): Tensor {
      return mended ? tf.neg(x) : use(x) as Tensor;
    });
    const x = waves<tf.Rank.R2>([2, 2]), before = tf.memory().numTensors;
    assertEquals((await assertRejects(() => fn(x), Error)).message, `jit: step: ${message}`);
    assertEquals(tf.memory().numTensors, before);
    mended = true;
    assertTensor(await fn(x), [2, 2], x.dataSync().map((value) => -value), 0);
  });
}

engineTest("constants that a traced function keeps in a cache serve other traces, and eager code", async () => {
  const cache = new Map<string, Tensor>();
  const cached = (name: string, make: () => Tensor): Tensor => {
    const tensor = cache.get(name) ?? tf.keep(make());
    cache.set(name, tensor);
    return tensor;
  };
  const fn = jit((x: Tensor) => {
    const half = cached("half", () => tf.scalar(0.5)), threes = cached("threes", () => tf.fill([2], 3));
    return tf.add(tf.mul(x, half), cached("ramp", () => tf.add(tf.range(0, 2, 1), threes)));
  });
  assertTensor(await fn(tf.tensor1d([2, 4])), [2], [4, 6], 0);
  assertTensor(await fn(tf.tensor2d([[6, 8]])), [1, 2], [6, 8], 0);
  assertEquals(fn.traces, 2);
  assertTensor(tf.add(cached("ramp", () => tf.scalar(0)), 1), [2], [4, 5], 0);
  const other = jit((x: Tensor) => tf.mul(x, cached("threes", () => tf.scalar(0))));
  assertTensor(await other(tf.scalar(2)), [2], [6, 6], 0);
  assert([...cache.values()].every(({ isDisposed }) => !isDisposed));
  tf.dispose([...cache.values()]);
});

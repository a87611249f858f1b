import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { assertTensor } from "../ops/testing.ts";
import { jit } from "./jit.ts";
import { bothBackends, engineTest } from "./testing.ts";

bothBackends("jit: an exception in the function leaves nothing behind, and the next call works", async () => {
  let broken = true;
  const fn = jit(function fragile(x: Tensor, rate: Scalar) {
    const { value, grads } = tf.valueAndGrads((x) => {
      const y = tf.sum<Scalar>(tf.square(tf.relu(x)));
      if (broken) throw new RangeError("broken on purpose");
      return y;
    })([x]);
    return [value, tf.mul(grads[0], rate)];
  });
  const x = tf.tensor1d([1, -2, 3]), before = tf.memory().numTensors;
  assertEquals((await assertRejects(() => fn(x, 2), RangeError)).message, "broken on purpose");
  assertEquals(tf.memory().numTensors, before);
  broken = false;
  const [value, gradient] = await fn(x, 2);
  assertTensor(value, [], [10], 0);
  assertTensor(gradient, [3], [4, 0, 12], 0);
  assertEquals(tf.memory().numTensors, before + 2);
});

engineTest("jit: an error of TensorFlow names the graph and leaves the arguments usable", async () => {
  const fn = jit(function gathered(x: Tensor, at: tf.Tensor1D) {
    return tf.gather(x, at);
  });
  const x = tf.tensor1d([1, 2]), before = tf.memory().numTensors;
  const error = await assertRejects(() => fn(x, tf.tensor1d([5], "int32")), Error, "is not in [0, 2)");
  assert(/^gathered_\d+: /.test(error.message), error.message);
  assertEquals(tf.memory().numTensors, before + 1);
  assertTensor(await fn(x, tf.tensor1d([1], "int32")), [1], [2], 0);
}, "processor");

bothBackends("jit: a function called inside of another throws at once and names both", async () => {
  const inner = jit(function inner(x: Tensor) {
    return tf.neg(x);
  });
  const outer = jit(function outer(x: Tensor) {
    return inner(x) as unknown as Tensor;
  });
  assertEquals(
    (await assertRejects(() => outer(tf.scalar(1)), Error)).message,
    "jit: inner is called inside of outer; call the plain function there",
  );
  assertTensor(await inner(tf.scalar(1)), [], [-1], 0);
});

bothBackends("jit: an async function is refused, whatever becomes of its promise", async () => {
  const fn = jit(async function later(x: Tensor) {
    await Promise.resolve();
    return tf.neg(x);
  });
  const before = tf.memory().numTensors, x = tf.scalar(1);
  const error = await assertRejects(() => fn(x), TypeError);
  assertEquals(error.message, "jit: later is async; a compiled function returns at once");
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert(tf.memory().numTensors <= before + 2);
});

bothBackends("jit: an argument or a result of another kind is named by its place", async () => {
  const fn = jit((x: { when: unknown }) => x.when as Tensor);
  assertEquals(
    (await assertRejects(() => fn({ when: new Date(0) }), TypeError)).message,
    "jit: an anonymous function: argument 0/when is of the kind Date, " +
      "and neither a tensor, a number, a string, a boolean, an array nor a plain object",
  );
  const map = jit(() => ({ deep: [new Map()] }));
  assertEquals(
    (await assertRejects(() => map(), TypeError)).message,
    "jit: an anonymous function: the result deep/0 is of the kind Map, " +
      "and neither a tensor, a number, a string, a boolean, an array nor a plain object",
  );
  const ring: unknown[] = [];
  ring.push(ring);
  const ringed = jit(() => ring as Tensor[]);
  assertEquals(
    (await assertRejects(() => ringed(), TypeError)).message,
    "jit: an anonymous function: the result 0 contains itself; pass it without the way back",
  );
});

bothBackends("jit: a whole number that float32 does not hold is refused, not rounded", async () => {
  const fn = jit(function seeded(options: { seed: Scalar }) {
    return tf.add(options.seed, 0);
  });
  const message = async (seed: number) => (await assertRejects(() => fn({ seed }), RangeError)).message;
  assertEquals(
    await message(2 ** 24 + 1),
    "jit: seeded: argument 0/seed is 16777217, which a float32 scalar would round to 16777216; " +
      'pass tf.scalar(16777217, "int32")',
  );
  assertEquals(
    await message(1e39),
    "jit: seeded: argument 0/seed is 1e+39, which a float32 scalar would round to Infinity; " +
      "pass a tensor of numbers that it holds",
  );
  assertTensor(await fn({ seed: 2 ** 24 + 2 }), [], [16777218], 0);
  assertTensor(await fn({ seed: 0.1 }), [], [Math.fround(0.1)], 0);
});

engineTest("jit: a kernel that the native backend lacks is named, with the function and the remedy", async () => {
  const fn = jit(function painted(x: Tensor) {
    return tf.engine().runKernel<Tensor>("Draw", { image: x });
  });
  const error = await assertRejects(() => fn(tf.tensor1d([2])), Error);
  assertEquals(
    error.message,
    "jit: painted: the native backend has no kernel Draw; " +
      "compose it of other tfjs functions, or register one as ops/kernels.ts does",
  );
  assert(error.cause instanceof Error);
});

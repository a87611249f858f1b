import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { assertEquals, assertRejects } from "@std/assert";
import { assertTensor } from "../ops/testing.ts";
import { onGpu } from "../tests/needs.ts";
import { jit } from "./jit.ts";
import { openEngine } from "./open.ts";
import { engineTest } from "./testing.ts";

engineTest("a call under way ends as it would have where another backend is made the one in use", async () => {
  const twice = jit((x: Tensor) => tf.mul(x, 2));
  const next = jit((x: Tensor) => tf.add(x, 1), { donate: [0] });
  const pending = twice(tf.ones([3])), donating = next(tf.tensor1d([1]));
  await tf.setBackend("cpu");
  const result = await pending, donated = await donating;
  assertTensor(result, [3], [2, 2, 2], 0);
  assertTensor(donated, [1], [2], 0);
  assertTensor(tf.add(result, donated), [3], [4, 4, 4], 0); // the CPU's backend takes them over
  await tf.setBackend("tensorflow");
  assertTensor(await twice(result), [3], [4, 4, 4], 0);
});

engineTest(
  "calls that wait for their turn assign to their variables on whatever backend is in use by then",
  async () => {
    const total = tf.variable(tf.scalar(0));
    const add = jit((x: Tensor) => {
      total.assign(tf.add(total, x));
      return tf.mul(total, 1);
    });
    const sums = async (calls: readonly Promise<Tensor>[]) =>
      (await Promise.all(calls)).map((sum) => sum.dataSync()[0]);
    const pending = [1, 2, 3].map((n) => add(tf.scalar(n)));
    await tf.setBackend("cpu");
    assertEquals(await sums(pending), [1, 3, 6]);
    assertTensor(tf.add(total, 1), [], [7], 0);
    assertEquals(await sums([add(tf.scalar(4))]), [10]); // op by op
    await tf.setBackend("tensorflow");
    assertEquals(await sums([add(tf.scalar(5)), add(tf.scalar(6))]), [15, 21]);
    assertTensor(total, [], [21], 0);
  },
);

engineTest("openEngine: makes its backend the one in use again, after tf.setBackend and tf.removeBackend", async () => {
  const x = tf.tensor1d([1, 2]), twice = jit((x: Tensor) => tf.mul(x, 2));
  const engine = await openEngine();
  assertTensor(await twice(x), [2], [2, 4], 0);
  await tf.setBackend("cpu");
  assertEquals([await openEngine() === engine, tf.getBackend()], [true, "tensorflow"]);
  tf.removeBackend("tensorflow");
  assertEquals([await openEngine() === engine, tf.getBackend()], [true, "tensorflow"]);
  assertTensor(await twice(tf.neg(x)), [2], [-2, -4], 0);
  assertEquals(twice.traces, 1);
});

engineTest("openEngine: a later call that wants another engine is refused", async () => {
  const other = onGpu() ? "cpu" : "cuda";
  await assertRejects(() => openEngine({ device: other }), TypeError, `openEngine: device "${other}" is too late`);
  await assertRejects(() => openEngine({ directory: "/nowhere" }), TypeError, 'openEngine: directory "/nowhere"');
  assertEquals((await openEngine({ device: "auto" })).gpu, onGpu());
});

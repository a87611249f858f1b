import * as tf from "@tensorflow/tfjs";
import type { Scalar } from "@tensorflow/tfjs-core";
import { assert, assertEquals } from "@std/assert";
import { assertTraces, jit } from "./jit.ts";
import { counts, engineTest } from "./testing.ts";

const optimizers: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  adam: () => tf.train.adam(0.1),
  adamax: () => tf.train.adamax(0.1),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.5),
  rmsprop: () => tf.train.rmsprop(0.05, 0.9, 0.5, undefined, true),
};

for (const [name, optimizer] of Object.entries(optimizers)) {
  engineTest(`variables: tf.train.${name} steps as eagerly over 20 steps, traced once`, async () => {
    const trained: tf.Optimizer[] = [];
    const start = () => {
      const w = tf.variable(tf.tensor2d([0.3, -0.2, 0.5, 0.1], [2, 2])), train = optimizer();
      trained.push(train);
      return (x: tf.Tensor2D) =>
        train.minimize(() => tf.mean(tf.square(tf.sub(tf.matMul(x, w), 1))), true, [w]) as Scalar;
    };
    const eager = start(), traced = jit(start());
    for (let i = 0; i < 20; i++) {
      const x = tf.tensor2d([1, Math.sin(i), Math.cos(i), 1], [2, 2]);
      const expected = eager(x).dataSync()[0], [actual] = (await traced(x)).dataSync();
      assert(Math.abs(actual - expected) <= 1e-5 * Math.abs(expected), `step ${i}: ${actual}, eagerly ${expected}`);
    }
    assertTraces(traced, 1);
    tf.dispose(trained.map((optimizer) => ({ ...optimizer }))); // tfjs's own forgets momentum's learning rate
  });
}

engineTest("variables: 500 calls leave tensors and handles as many, and memory does not creep", async () => {
  const w = tf.variable(tf.randomUniform<tf.Rank.R2>([256, 256], -0.1, 0.1, "float32", 1)); // 256 KiB: 128 MB if it were kept
  const optimizer = tf.train.adam(1e-3);
  const step = jit((x: tf.Tensor2D) =>
    optimizer.minimize(() => tf.mean(tf.square(tf.matMul(x, w))), true, [w]) as Scalar
  );
  const losses: number[] = [];
  const run = async (steps: number) => {
    for (let i = 0; i < steps; i++) {
      const x = tf.ones<tf.Rank.R2>([8, 256]), loss = await step(x);
      losses.push(loss.dataSync()[0]);
      tf.dispose([x, loss]);
      if (i % 100 === 50) tf.tidy(() => w.assign(tf.mul(w, 0.9)));
    }
  };
  await run(20);
  const before = counts(), bytes = Deno.memoryUsage().rss;
  await run(500);
  assertEquals(counts(), before);
  const growth = (Deno.memoryUsage().rss - bytes) / 1e6;
  assert(growth < 25, `resident memory grew by ${growth.toFixed(1)} MB over 500 calls`);
  assertTraces(step, 1);
  assert(losses[519] < losses[0] / 10, `the loss did not fall: ${losses[0]} … ${losses[519]}`);
  optimizer.dispose();
});

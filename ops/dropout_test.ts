import * as tf from "@tensorflow/tfjs-core";
import type { Tensor1D } from "@tensorflow/tfjs-core";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { assertTraces, jit } from "../runtime/jit.ts";
import { needs } from "../tests/needs.ts";
import { useEngine } from "../tests/engine.ts";
import { dropout, statelessUniform, stochasticDepth } from "./dropout.ts";
import { assertTensor, eachWay, withGradients } from "./testing.ts";

const seed = (high: number, low: number): Tensor1D => tf.tensor1d([high, low], "int32");

const drop = (rate: number) => (x: tf.Tensor, seed: tf.Tensor) => dropout(x, rate, seed as Tensor1D);

eachWay("dropout: each element is zero or x / (1 − rate), and the share of zeros is the rate", async (run) => {
  const y = (await run(drop(0.3), tf.fill([200, 200], 2), seed(1, 2))).dataSync();
  const scaled = Math.fround(2 * Math.fround(1 / 0.7));
  assert(y.every((value) => value === 0 || Math.abs(value - scaled) < 1e-6));
  // 40,000 draws: a standard deviation is 0.0023
  assertAlmostEquals(y.filter((value) => value === 0).length / y.length, 0.3, 0.01);
  const rows = Array.from({ length: 200 }, (_, row) => y.slice(200 * row, 200 * row + 200).join());
  assertEquals(new Set(rows).size, 200, "rows repeat");
});

eachWay("dropout: the seed decides the mask", async (run) => {
  const mask = async (s: Tensor1D) => (await run(drop(0.5), tf.ones([64]), s)).dataSync().join();
  assertEquals(await mask(seed(3, 4)), await mask(seed(3, 4)));
  assert(await mask(seed(3, 4)) !== await mask(seed(3, 5)));
  assert(await mask(seed(3, 4)) !== await mask(seed(4, 4)));
  assert(await mask(seed(3, 4)) !== await mask(seed(4, 3)));
});

eachWay("dropout: the gradient goes where the values went", async (run) => {
  const [y, dx] = await run(
    (x, s) => withGradients((x: tf.Tensor) => drop(0.25)(x, s), new Array(32).fill(1))(x),
    tf.ones([32]),
    seed(5, 6),
  );
  assertTensor(dx, [32], y.dataSync(), 0);
});

eachWay("dropout: rate 0 is x", async (run) => {
  const x = tf.tensor1d([1, 2]);
  assertTensor(await run(drop(0), x, seed(0, 0)), [2], [1, 2], 0);
});

Deno.test(
  "dropout: traced once, its mask follows the seed and is the one of the eager call",
  needs("read", "ffi", "env", "run"),
  async () => {
    await useEngine();
    const traced = jit(drop(0.5));
    const x = tf.ones([64]), seeds = [seed(7, 1), seed(7, 2)];
    const masks = [];
    for (const s of seeds) {
      const [y, eager] = [await traced(x, s), drop(0.5)(x, s)];
      assertEquals(y.dataSync(), eager.dataSync());
      masks.push(y.dataSync().join());
      tf.dispose([y, eager]);
    }
    assert(masks[0] !== masks[1], "the mask is frozen");
    assertTraces(traced, 1);
    tf.dispose([x, seeds]);
  },
);

eachWay("statelessUniform: numbers in [0, 1), spread evenly", async (run) => {
  const values = [...(await run((s) => statelessUniform([100, 100], s), seed(8, 9))).dataSync()];
  assertEquals(values.length, 10_000);
  assert(values.every((value) => value >= 0 && value < 1));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
  assertAlmostEquals(mean, 1 / 2, 0.015);
  assertAlmostEquals(square, 1 / 3, 0.015);
});

eachWay(
  "stochasticDepth: a sample is zero as a whole at its rate, or scaled up, and so is its gradient",
  async (run) => {
    const drop = (x: tf.Tensor, seed: tf.Tensor1D) => stochasticDepth(x, 0.25, seed);
    const back = (x: tf.Tensor, seed: tf.Tensor1D) => [
      drop(x, seed),
      tf.grad((x) => tf.sum(drop(x, seed)))(x),
    ];
    const [y, dx] = await run(back, tf.ones([2000, 2, 3]), tf.tensor1d([3, 4], "int32"));
    const values = y.dataSync(), samples = Array.from({ length: 2000 }, (_, i) => values.subarray(6 * i, 6 * i + 6));
    const kept = samples.filter((sample) => sample.every((value) => Math.abs(value - 4 / 3) < 1e-6)).length;
    const dropped = samples.filter((sample) => sample.every((value) => value === 0)).length;
    assertEquals(kept + dropped, 2000);
    assertAlmostEquals(dropped / 2000, 0.25, 0.03);
    assertEquals(dx.dataSync(), values);
  },
);

import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { assertTensor } from "../ops/testing.ts";
import { batch, network, stepOf } from "../tests/layers.ts";
import { assertTraces, jit } from "./jit.ts";
import { counts, engineTest } from "./testing.ts";

/** Returns the losses of 50 steps; `after` is called after each. */
async function losses(
  step: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor | Promise<tf.Tensor>,
  after: () => void = () => {},
): Promise<number[]> {
  const values: number[] = [];
  for (let i = 0; i < 50; i++) {
    const [x, y] = batch(1 + i % 7), loss = await step(x, y);
    values.push(loss.dataSync()[0]);
    tf.dispose([x, y, loss]);
    after();
  }
  return values;
}

engineTest("tfjs-layers: 50 steps give the losses that they give eagerly, traced once, and leave nothing", async () => {
  const [twin, model] = [network(), network()], eager = stepOf(twin), step = jit(stepOf(model));
  const held: object[] = [];
  const expected = await losses((x, y) => tf.tidy(() => eager(x, y)));
  const actual = await losses(step, () => held.push(counts()));
  actual.forEach((loss, i) => {
    assert(Math.abs(loss - expected[i]) <= 1e-5 * expected[i], `step ${i}: ${loss}, eagerly ${expected[i]}`);
  });
  assert(actual[49] < actual[0] / 10, `the loss did not fall: ${actual[0]} … ${actual[49]}`);
  assertEquals(held[49], held[0]);
  assertTraces(step, 1);

  // eager prediction and another jitted function see the weights and the moving averages
  const [x] = batch(3), predict = jit((x: tf.Tensor) => model.apply(x) as tf.Tensor);
  const [eagerly, traced, twins] = [model.predict(x), await predict(x), twin.predict(x)] as tf.Tensor[];
  assertTensor(traced, [32, 10], eagerly.dataSync(), 1e-6);
  assertTensor(traced, [32, 10], twins.dataSync(), 1e-6);
  const before = traced.dataSync()[0];
  const zeros = model.getWeights().map((weight) => tf.zerosLike(weight));
  model.setWeights(zeros);
  const [after] = (await predict(x)).dataSync();
  assert(Math.abs(after - 0.1) < 1e-6 && Math.abs(before - 0.1) > 1e-3, `${before}, ${after}`);
  assertTraces(predict, 1);
});

engineTest("tfjs-layers: a short last batch is another trace of the same weights and moments", async () => {
  const [twin, model] = [network(), network()], eager = stepOf(twin), step = jit(stepOf(model));
  for (let i = 0; i < 6; i++) {
    const [x, y] = batch(1 + i), size = i % 2 ? 7 : 32;
    const part = [tf.slice(x, 0, size), tf.slice(y, 0, size)] as const;
    const expected = tf.tidy(() => eager(...part)).dataSync()[0], [actual] = (await step(...part)).dataSync();
    assert(Math.abs(actual - expected) <= 1e-5 * expected, `step ${i}: ${actual}, eagerly ${expected}`);
  }
  assertTraces(step, 2);
});

import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor1D } from "@tensorflow/tfjs";
import { assertEquals, assertRejects } from "@std/assert";
import { assertTensor } from "../../ops/testing.ts";
import { jit } from "../jit.ts";
import { captureGraph } from "./capture_graph.ts";
import { bothBackends, engineTest } from "../testing.ts";

const keeps = (label: string, what: string) =>
  `jit: ${label}: the function keeps a tensor (${what}) after it has returned, and every later call would go by the first one's; ` +
  "return it without tf.keep and pass it in again, or assign it to a tf.Variable (see docs/jit.md)";

/** Functions that keep a tensor which changes from call to call, and how the error describes it. */
const keeping: Record<string, readonly [(keep: (tensor: Tensor) => void) => (x: Tensor1D) => Tensor, string]> = {
  "a result that it also returns": [(keep) => (x) => {
    const next = tf.add(tf.mul(tf.scalar(0.5), 2), x);
    keep(next);
    return next;
  }, "a result of AddV2, float32 [1]"],
  "an argument": [(keep) => (x) => {
    keep(x);
    return tf.neg(x);
  }, "an argument, float32 [1]"],
  "a count that no argument changes": [(keep) => {
    const count = tf.tensor1d([1, 2], "int32");
    return (x) => {
      keep(tf.add(count, tf.scalar(1, "int32")));
      return tf.neg(x);
    };
  }, "a result of AddV2, int32 [2]"],
  "what a variable was": [(keep) => {
    const weight = tf.variable(tf.zeros([2, 3]), true, "weight");
    return (x) => {
      keep(weight.clone());
      return tf.add(x, weight.sum());
    };
  }, "the variable weight, float32 [2, 3]"],
  "something inside of a gradient": [(keep) => (x) =>
    tf.grad((x) => {
      const y = tf.square(x);
      keep(tf.exp(y));
      return tf.sum(y);
    })(x), "a result of Exp, float32 [1]"],
};

for (const [name, [make, what]] of Object.entries(keeping)) {
  engineTest(`kept: ${name} is refused, and without it the function works`, async () => {
    const kept: Tensor[] = [];
    let isKept = true;
    const step = make((tensor) => void (isKept && kept.push(tf.keep(tensor))));
    const fn = jit(function step_(x: Tensor1D) {
      return step(x);
    });
    const x = tf.tensor1d([2]);
    assertEquals((await assertRejects(() => fn(x), Error)).message, keeps("step_", what));
    assertEquals(fn.traces, 0);
    tf.dispose(kept);
    isKept = false;
    assertTensor(await fn(x), [1], step(x).dataSync(), 0);
  });
}

engineTest("kept: a moving average is refused, and right where it is returned and passed in again", async () => {
  let average = tf.keep(tf.zeros([1]));
  const hidden = jit(function hidden(x: Tensor) {
    return average = tf.keep(tf.add(tf.mul(average, 0.5), x));
  });
  const before = average;
  assertEquals(
    (await assertRejects(() => hidden(tf.ones([1])), Error)).message,
    keeps("hidden", "a result of AddV2, float32 [1]"),
  );
  tf.dispose([before, average]);
  const open = jit((average: Tensor, x: Tensor) => tf.add(tf.mul(average, 0.5), x));
  let state: Tensor = tf.zeros([1]);
  for (const expected of [1, 1.5, 1.75]) {
    state = await open(state, tf.ones([1]));
    assertTensor(state, [1], [expected], 0);
  }
});

const seeded = (seed: number) => tf.initializers.glorotNormal({ seed });

engineTest("kept: a stateful RNN is refused, and serves eager code as before once its states are reset", async () => {
  const layer = tf.layers.lstm({
    units: 2,
    stateful: true,
    batchInputShape: [1, 3, 2],
    kernelInitializer: seeded(1),
    recurrentInitializer: seeded(2),
  });
  const model = tf.sequential({ layers: [layer] }), x = tf.ones([1, 3, 2]);
  const eager = () => [0, 1].map(() => (model.predict(x) as Tensor).dataSync()[0]);
  const expected = eager();
  model.resetStates();
  const fn = jit(function predict(x: Tensor) {
    return model.predict(x) as Tensor;
  });
  assertEquals(
    (await assertRejects(() => fn(x), Error)).message,
    keeps("predict", "a result of AddV2, float32 [1, 2]"),
  );
  model.resetStates();
  assertEquals(eager(), expected);
  const rnn = tf.layers.lstm({
    units: 2,
    returnState: true,
    kernelInitializer: seeded(1),
    recurrentInitializer: seeded(2),
  });
  rnn.apply(x); // draws its weights
  const step = jit((x: Tensor, states: Tensor[]) => rnn.apply(x, { initialState: states } as object) as Tensor[]);
  let states: Tensor[] = [tf.zeros([1, 2]), tf.zeros([1, 2])];
  for (const value of expected) {
    const [y, ...next] = await step(x, states);
    assertEquals(y.dataSync()[0], value);
    states = next;
  }
  model.resetStates();
  tf.dispose(layer.states);
});

bothBackends("kept: a mask of ones, which an RNN with dropout keeps, is a constant", async () => {
  const layer = tf.layers.lstm({
    units: 2,
    dropout: 0.2,
    kernelInitializer: seeded(1),
    recurrentInitializer: seeded(2),
  });
  const x = tf.ones([1, 3, 2]);
  const expected = (layer.apply(x) as Tensor).dataSync();
  const fn = jit((x: Tensor) => layer.apply(x) as Tensor);
  for (let call = 0; call < 2; call++) assertTensor(await fn(x), [1, 2], expected);
  assertTensor(layer.apply(x) as Tensor, [1, 2], expected);
  const { cell } = layer as unknown as { cell: { dropoutMask: Tensor[]; recurrentDropoutMask: Tensor[] } };
  tf.dispose([cell.dropoutMask, cell.recurrentDropoutMask]);
});

engineTest("captureGraph: a function that keeps what depends on its argument is refused", async () => {
  let kept: Tensor | undefined;
  const fn = function stateful(x: Tensor1D) {
    kept = tf.keep(tf.neg(x));
    return tf.square(x);
  };
  const captured = () => Promise.resolve().then(() => captureGraph(fn, [tf.tensor1d([1])]));
  assertEquals((await assertRejects(captured, Error)).message, keeps("stateful", "a result of Neg, float32 [1]"));
  kept?.dispose();
});

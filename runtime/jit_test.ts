import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { convolution } from "../ops/convolution.ts";
import { maxPool } from "../ops/pooling.ts";
import { assertTensor, waves } from "../ops/testing.ts";
import { assertTraces, jit } from "./jit.ts";
import { bothBackends, counts, engineTest } from "./testing.ts";

/** A small network: convolution, ReLU, pooling, dense, a loss. */
function loss(kernel: tf.Tensor4D, weights: tf.Tensor2D, images: tf.Tensor4D): Scalar {
  const convolved = convolution(images, kernel, { stride: [2, 1], padding: [1, 1], dilation: [1, 1], groups: 1 });
  const pooled = maxPool(tf.relu(convolved), { size: [2, 2], stride: [2, 2], padding: [0, 0] });
  const logits = tf.matMul(tf.reshape(pooled, [images.shape[0], -1]), weights);
  return tf.mean<Scalar>(tf.square(tf.sigmoid(logits)));
}

const networkInputs = (): [tf.Tensor4D, tf.Tensor2D, tf.Tensor4D] => [
  waves<tf.Rank.R4>([3, 3, 2, 4]),
  waves<tf.Rank.R2>([16, 3]),
  waves<tf.Rank.R4>([2, 8, 4, 2]),
];

engineTest("jit: values and gradients equal the eager ones bit for bit", async () => {
  const inputs = networkInputs();
  const both = (kernel: tf.Tensor4D, weights: tf.Tensor2D, images: tf.Tensor4D) => {
    const { value, grads } = tf.valueAndGrads((...[k, w]) => loss(k as tf.Tensor4D, w as tf.Tensor2D, images))([
      kernel,
      weights,
    ]);
    return [value, ...grads];
  };
  const eager = both(...inputs), traced = await jit(both)(...inputs);
  assertEquals(eager.map(({ shape }) => shape), [[], [3, 3, 2, 4], [16, 3]]);
  for (const [i, tensor] of traced.entries()) {
    assertEquals(tensor.dtype, eager[i].dtype);
    assertTensor(tensor, eager[i].shape, eager[i].dataSync(), 0);
  }
});

bothBackends("jit: structures nest, in and out, and what is no tensor comes back as it is", async () => {
  const fn = jit((state: { a: Tensor; list: [Tensor, { b: Tensor }] }, mode: { scale: number; name: string }) => ({
    sum: [tf.add(state.a, state.list[0]), { product: tf.mul(state.list[1].b, mode.scale) }],
    name: mode.name,
    fixed: 7,
    nothing: null,
    missing: undefined,
    yes: true,
  }));
  const { sum: [a, b], ...rest } = await fn(
    { a: tf.scalar(1), list: [tf.scalar(2), { b: tf.tensor1d([3, 4]) }] },
    { scale: 10, name: "tenfold" },
  );
  assertTensor(a as Tensor, [], [3], 0);
  assertTensor((b as { product: Tensor }).product, [2], [30, 40], 0);
  assertEquals(rest, { name: "tenfold", fixed: 7, nothing: null, missing: undefined, yes: true });
});

bothBackends("jit: a number is a scalar for the function, of float32", async () => {
  const fn = jit((x: Tensor, factor: Scalar) => {
    assert(factor instanceof tf.Tensor);
    assertEquals([factor.dtype, factor.shape], ["float32", []]);
    return tf.mul(x, factor);
  });
  assertTensor(await fn(tf.tensor1d([1, 2]), 2.5), [2], [2.5, 5], 0);
  assertTensor(await fn(tf.tensor1d([1, 2]), tf.scalar(-1)), [2], [-1, -2], 0);
});

engineTest(
  "jit: one trace for each signature: numbers do not count, strings, booleans, shapes, dtypes and keys do",
  async () => {
    const fn = jit(function scaled(x: { value: Tensor }, factor: Scalar, mode: string | boolean | null) {
      return tf.mul(tf.cast(x.value, "float32"), mode === "twice" ? tf.mul(factor, 2) : factor);
    });
    const results: number[] = [];
    const call = async (value: Tensor, factor: number, mode: string | boolean | null) =>
      results.push((await fn({ value }, factor, mode)).dataSync()[0]);
    const steps = [
      [tf.scalar(3), 1, "once"],
      [tf.scalar(4), 2, "once"],
      [tf.scalar(3), 1, "twice"],
      [tf.scalar(3), 5, "twice"],
      [tf.scalar(3), 1, true],
      [tf.scalar(3), 1, "true"],
      [tf.scalar(3), 1, null],
      [tf.tensor1d([3]), 1, "once"],
      [tf.scalar(3, "int32"), 1, "once"],
      [tf.scalar(3), 1, "once"],
    ] as const;
    const traces: number[] = [];
    for (const [value, factor, mode] of steps) {
      await call(value, factor, mode);
      traces.push(fn.traces);
    }
    assertEquals(results, [3, 8, 6, 30, 3, 3, 3, 3, 3, 3]);
    assertEquals(traces, [1, 1, 2, 2, 3, 4, 5, 6, 7, 7]);
  },
);

engineTest("assertTraces: says which function, how often, and what may vary", async () => {
  const fn = jit(function twice(x: Tensor) {
    return tf.mul(x, 2);
  });
  assertTraces(fn, 0);
  await fn(tf.scalar(1));
  await fn(tf.scalar(2));
  assertTraces(fn, 1);
  await fn(tf.tensor1d([2]));
  assertEquals(fn.name, "twice");
  assertEquals(
    assertThrows(() => assertTraces(fn, 1), Error).message,
    "twice: expected 1 trace(s), counted 2: shapes, dtypes or fixed values of the arguments vary",
  );
});

engineTest("jit: 32 graphs are kept; the one used longest ago is traced anew, and TensorFlow forgets it", async () => {
  const fn = jit((x: Tensor) => tf.sum(x));
  const call = async (size: number) => assertTensor(await fn(tf.ones([size])), [], [size], 0);
  for (let size = 1; size <= 32; size++) await call(size);
  await call(1); // so that 2 is the one used longest ago
  await call(33);
  assertTraces(fn, 33);
  await call(1);
  assertTraces(fn, 33);
  await call(2);
  assertTraces(fn, 34);
});

engineTest("jit: more calls at once than graphs are kept all end well", async () => {
  const fn = jit((x: Tensor) => tf.sum(tf.square(x)));
  const sums = await Promise.all(Array.from({ length: 80 }, (_, size) => fn(tf.ones([size + 1]))));
  assertEquals(sums.map((sum) => sum.dataSync()[0]), Array.from({ length: 80 }, (_, size) => size + 1));
});

engineTest("jit: the event loop goes on during a call", async () => {
  const fn = jit((x: tf.Tensor2D) => {
    let y = x;
    for (let i = 0; i < 12; i++) y = tf.matMul(y, x);
    return tf.sum(y);
  });
  const x = tf.zeros<tf.Rank.R2>([1500, 1500]);
  await fn(x);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  try {
    const pending = fn(x);
    assertEquals(ticks, 0);
    assertTensor(await pending, [], [0], 0);
  } finally {
    clearInterval(timer);
  }
  assert(ticks >= 1, "no tick of a timer during the call");
});

engineTest("jit: tensors and native handles stay as many over 200 calls, and memory does not creep", async () => {
  const step = jit((state: { kernel: tf.Tensor4D; weights: tf.Tensor2D }, images: tf.Tensor4D, rate: Scalar) => {
    const { value, grads } = tf.valueAndGrads((...[k, w]) => loss(k as tf.Tensor4D, w as tf.Tensor2D, images))([
      state.kernel,
      state.weights,
    ]);
    const next = {
      kernel: tf.sub<tf.Tensor4D>(state.kernel, tf.mul(grads[0], rate)),
      weights: tf.sub<tf.Tensor2D>(state.weights, tf.mul(grads[1], rate)),
    };
    return [next, value] as const;
  }, { donate: [0] });
  let state = { kernel: waves<tf.Rank.R4>([3, 3, 2, 4]), weights: waves<tf.Rank.R2>([512, 3]) };
  const losses: number[] = [];
  const run = async (steps: number) => {
    for (let i = 0; i < steps; i++) {
      const images = waves<tf.Rank.R4>([16, 32, 32, 2]); // 128 KiB: 26 MB over the 200 calls if it were kept
      const [next, value] = await step(state, images, 0.1);
      losses.push(value.dataSync()[0]);
      tf.dispose([images, value]);
      state = next;
    }
  };
  await run(20);
  const before = counts(), bytes = Deno.memoryUsage().rss;
  await run(200);
  assertEquals(counts(), before);
  const growth = (Deno.memoryUsage().rss - bytes) / 1e6;
  assert(growth < 20, `resident memory grew by ${growth.toFixed(1)} MB over 200 calls`);
  assertTraces(step, 1);
  assert(losses[219] < losses[0], `the loss did not fall: ${losses[0]} … ${losses[219]}`);
});

engineTest("jit: a function without a name, or with one that TensorFlow would refuse, works", async () => {
  const odd = { ["größe 1"]: (x: Tensor) => tf.add(x, 1), _private: (x: Tensor) => tf.add(x, 2) };
  assertTensor(await jit(odd["größe 1"])(tf.scalar(1)), [], [2], 0);
  assertTensor(await jit(odd._private)(tf.scalar(1)), [], [3], 0);
  const nameless = (() => (x: Tensor) => x.add(3))();
  assertTensor(await jit(nameless)(tf.scalar(1)), [], [4], 0);
  assertEquals(
    assertThrows(() => assertTraces(jit((() => (x: Tensor) => x)()), 1), Error).message,
    "an anonymous function: expected 1 trace(s), counted 0: shapes, dtypes or fixed values of the arguments vary",
  );
});

engineTest("jit: a tensor from outside is a constant of the graph", async () => {
  const table = tf.tensor1d([10, 20, 30]);
  const fn = jit((at: Tensor) => tf.gather(table, tf.cast(at, "int32")));
  assertTensor(await fn(tf.scalar(1)), [], [20], 0);
  table.dispose();
  assertTensor(await fn(tf.scalar(2)), [], [30], 0);
});

Deno.test("jit, on the CPU backend: the function is called, in every call", async () => {
  await tf.setBackend("cpu");
  let calls = 0;
  const fn = jit((x: Tensor) => {
    calls++;
    return tf.scalar(x.dataSync()[0] + calls); // reading is no matter here
  });
  assertTensor(await fn(tf.scalar(10)), [], [11], 0);
  assertTensor(await fn(tf.scalar(10)), [], [12], 0);
  assertEquals([calls, fn.traces], [2, 0]);
});

bothBackends("jit: results are tensors of their own, also where the function returns what it was given", async () => {
  const x = tf.tensor1d([1, 2]), before = tf.memory().numTensors;
  const [same, scalar] = await jit((x: Tensor, n: Scalar) => [x, n])(x, 3);
  assertEquals(tf.memory().numTensors, before + 2);
  same.dispose();
  assertTensor(x, [2], [1, 2], 0);
  assertTensor(scalar, [], [3], 0);
});

import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor, Variable } from "@tensorflow/tfjs-core";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { assertTensor } from "../../ops/testing.ts";
import type { ThoraxBackend } from "../backend/backend.ts";
import { assertTraces, jit } from "../jit.ts";
import { binding, bothBackends, engineTest } from "../testing.ts";

const variable = (...values: number[]): Variable => tf.variable(tf.tensor1d(values));

/** Returns the address of TensorFlow's resource behind a variable. */
function resourceOf(variable: Variable): bigint {
  const value = binding().value((tf.backend() as ThoraxBackend).idOf(variable));
  assert(value.kind === "variable", `a ${value.kind} is no resource`);
  return Deno.UnsafePointer.value(value.variable.resource.pointer);
}

bothBackends(
  "variables: assigned in the function, seen by all, and what is assigned outside is seen by it",
  async () => {
    const total = variable(1, 2);
    const add = jit(function add(x: Tensor) {
      total.assign(tf.add(total, x));
    });
    const double = jit(() => tf.mul(total, 2));
    await add(tf.tensor1d([10, 20]));
    assertTensor(total, [2], [11, 22], 0);
    assertTensor(tf.neg(total), [2], [-11, -22], 0);
    assertTensor(await double(), [2], [22, 44], 0);
    total.assign(tf.tensor1d([5, 6]));
    assertTensor(await double(), [2], [10, 12], 0);
    await add(tf.tensor1d([1, 1]));
    assertTensor(total, [2], [6, 7], 0);
    assertTensor(await double(), [2], [12, 14], 0);
    assertTraces(add, tf.getBackend() === "cpu" ? 0 : 1);
    assertTraces(double, tf.getBackend() === "cpu" ? 0 : 1);
  },
);

engineTest("variables: one resource is overwritten call by call", async () => {
  const count = variable(0);
  const increment = jit(() => void count.assign(tf.add(count, 1)));
  await increment();
  const address = resourceOf(count);
  for (let i = 0; i < 5; i++) await increment();
  assertEquals(resourceOf(count), address);
  assertTensor(count, [1], [6], 0);
});

bothBackends("variables: clones, and the tensor that a variable was made of, keep their values", async () => {
  const origin = tf.tensor1d([1, 2]), x = origin.variable();
  const increment = jit(() => void x.assign(tf.add(x, 1)));
  const first = x.clone();
  await increment();
  const second = x.clone(), third = tf.mul(x, 1);
  await increment();
  assertTensor(origin, [2], [1, 2], 0);
  assertTensor(first, [2], [1, 2], 0);
  assertTensor(second, [2], [2, 3], 0);
  assertTensor(third, [2], [2, 3], 0);
  assertTensor(x, [2], [3, 4], 0);
});

bothBackends(
  "variables: a value read before an assignment stays what it was, and one read after is the new one",
  async () => {
    const x = variable(2);
    const fn = jit(() => {
      const before = x.clone(), square = tf.square(x);
      x.assign(tf.add(x, 1));
      const between = tf.mul(x, 1);
      x.assign(tf.mul(x, 10));
      return [before, square, between, x];
    });
    assertEquals((await fn()).map((value) => value.dataSync()[0]), [2, 4, 3, 30]);
    assertEquals((await fn()).map((value) => value.dataSync()[0]), [30, 900, 31, 310]);
    assertTensor(x, [1], [310], 0);
  },
);

bothBackends("variables: values that change places, and one that takes another's", async () => {
  const a = variable(1), b = variable(2), c = variable(3);
  const turn = jit(() => {
    const old = a.clone();
    a.assign(b);
    b.assign(old);
    c.assign(a);
  });
  await turn();
  assertEquals([a, b, c].map((x) => x.dataSync()[0]), [2, 1, 2]);
  a.assign(tf.tensor1d([7]));
  await turn();
  assertEquals([a, b, c].map((x) => x.dataSync()[0]), [1, 7, 1]);
});

bothBackends("variables: an error in the function leaves them as they were", async () => {
  const x = variable(1);
  let broken = true;
  const fn = jit(function fragile() {
    x.assign(tf.add(x, 1));
    if (broken && tf.getBackend() !== "cpu") throw new RangeError("broken on purpose");
    return tf.mul(x, 1);
  });
  if (tf.getBackend() !== "cpu") {
    const before = tf.memory().numTensors;
    assertEquals((await assertRejects(() => fn(), RangeError)).message, "broken on purpose");
    assertEquals(tf.memory().numTensors, before);
    assertTensor(x, [1], [1], 0);
    assertTensor(tf.add(x, 1), [1], [2], 0);
  }
  broken = false;
  assertTensor(await fn(), [1], [2], 0);
  assertTensor(tf.variable(tf.scalar(4)), [], [4], 0);
});

engineTest("variables: calls at once run one after the other", async () => {
  const count = variable(0);
  const add = jit((x: Tensor) => {
    count.assign(tf.add(count, x));
    return tf.mul(count, 1);
  });
  const x = tf.tensor1d([1]);
  const calls = Array.from({ length: 40 }, () => add(x));
  x.dispose(); // an argument is handed over by the call
  assertEquals(
    (await Promise.all(calls)).map((value) => value.dataSync()[0]),
    Array.from({ length: 40 }, (_, i) => i + 1),
  );
});

engineTest(
  "variables: a call after one was disposed says which, and so does one that fails, the next is as before",
  async () => {
    const kernel = tf.variable(tf.tensor1d([1, 2]), true, "dense/kernel"), at = variable(0);
    const fn = jit(function forward(x: Tensor) {
      at.assign(tf.add(at, 1));
      return tf.mul(kernel, tf.gather(tf.tensor1d([1, 2]), tf.cast(x, "int32")));
    });
    await assertRejects(() => fn(tf.scalar(7)), Error, "is not in [0, 2)");
    assertTensor(await fn(tf.scalar(1)), [2], [2, 4], 0);
    kernel.dispose();
    assertEquals(
      (await assertRejects(() => fn(tf.scalar(1)), Error)).message,
      "jit: forward: the variable dense/kernel, which it uses, is disposed; call jit again",
    );
  },
  "processor",
);

bothBackends("variables: as arguments they are themselves", async () => {
  const a = variable(1), b = variable(5);
  const increment = jit(function increment(x: { x: Variable }, by: Scalar) {
    x.x.assign(tf.add(x.x, by));
  });
  await increment({ x: a }, 1);
  await increment({ x: a }, 2);
  await increment({ x: b }, 3);
  assertEquals([a.dataSync()[0], b.dataSync()[0]], [4, 8]);
  assertTraces(increment, tf.getBackend() === "cpu" ? 0 : 2);
  const take = jit(function take(x: Variable) {
    return tf.neg(x);
  }, { donate: [0] });
  assertEquals(
    (await assertRejects(() => take(a), Error)).message,
    "jit: take: argument 0 is a tf.Variable: the function assigns to it, nobody donates it",
  );
});

engineTest("variables: read in a trace they throw by name", async () => {
  const x = tf.variable(tf.zeros([2, 3]), true, "bias");
  const fn = jit(function step() {
    return tf.scalar(x.dataSync()[0]);
  });
  assertEquals(
    (await assertRejects(() => fn(), Error)).message,
    "jit: step: dataSync reads a tensor (the variable bias, float32 [2, 3]) while the function is traced, when no tensor has a value yet; " +
      "return it and read what the call gives, or choose with tf.where",
  );
  assertTensor(x, [2, 3], [0, 0, 0, 0, 0, 0], 0);
});

engineTest(
  "tensors from outside: a large one is lent to the graph, not copied into it, whoever disposes it",
  async () => {
    const table = tf.fill([16e6], 3); // 64 MB
    const fn = jit((x: Tensor) => tf.add(tf.sum(tf.reshape(tf.mul(table, 1 / 16e6), [16, -1])), tf.sum(x)));
    const before = Deno.memoryUsage().rss;
    for (let size = 1; size <= 8; size++) await fn(tf.ones([size]));
    assertTraces(fn, 8);
    const growth = (Deno.memoryUsage().rss - before) / 1e6;
    assert(growth < 250, `resident memory grew by ${growth.toFixed()} MB over 8 traces of a tensor of 64 MB`);
    table.dispose();
    const sum = (await fn(tf.ones([4]))).dataSync()[0];
    assert(Math.abs(sum - 7) < 1e-3, `${sum}`);
  },
);

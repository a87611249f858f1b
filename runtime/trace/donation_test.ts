import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { adam, type AdamSlot } from "../../ops/adam.ts";
import { addressOf, assertTensor } from "../../ops/testing.ts";
import type { ThoraxBackend } from "../backend/backend.ts";
import { assertTraces, jit } from "../jit.ts";
import { engineTest } from "../testing.ts";

/** Returns the address of TensorFlow's variable behind a tensor that reuses a donated one. */
function variableOf(tensor: Tensor): bigint {
  const backend = tf.backend() as ThoraxBackend;
  const value = backend.engine.value(backend.idOf(tensor));
  assert(value.kind === "variable", `a ${value.kind} is no variable`);
  return Deno.UnsafePointer.value(value.variable.resource.pointer);
}

const vector = (...values: number[]): Tensor => tf.tensor1d(values);
type Pair = { a: Tensor; b: Tensor };

engineTest("donation: what comes back is the variable that was given, and the donated tensor is gone", async () => {
  const increment = jit((x: Tensor) => tf.add(x, 1), { donate: [0] });
  const zeroth = vector(1, 2), first = await increment(zeroth), variable = variableOf(first);
  assertTensor(first, [2], [2, 3], 0);
  const second = await increment(first);
  assertEquals(variableOf(second), variable);
  assertTensor(second, [2], [3, 4], 0);
  for (const donated of [zeroth, first]) {
    assertEquals(assertThrows(() => donated.dataSync(), Error).message, "Tensor is disposed.");
    assertEquals(
      (await assertRejects(() => increment(donated), Error)).message,
      "jit: an anonymous function: argument 0 was disposed before; pass what the call that took it returned",
    );
  }
  assertTensor(second, [2], [3, 4], 0);
  assertTraces(increment, 1);
});

engineTest("donation: a tensor from outside keeps its memory where the function passes it through", async () => {
  const pass = jit((x: Tensor) => x, { donate: [0] });
  const x = vector(1, 2, 3), address = addressOf(x);
  const once = await pass(x);
  assertEquals(addressOf(once), address);
  const twice = await pass(once);
  assertEquals(addressOf(twice), address);
  assertTensor(twice, [3], [1, 2, 3], 0);
});

engineTest("donation: a clone of a donated variable throws when it is read or passed", async () => {
  const increment = jit(function increment(x: Tensor) {
    return tf.add(x, 1);
  }, { donate: [0] });
  const first = await increment(vector(1, 2)), clone = first.clone();
  const second = await increment(first);
  const message = "this tensor was donated to a jit function, which overwrote it; use what the function returned";
  assertEquals(assertThrows(() => clone.dataSync(), Error).message, message);
  assertEquals(assertThrows(() => tf.add(clone, 1), Error).message, message);
  for (const donate of [[0], []]) {
    assertEquals(
      (await assertRejects(() =>
        jit(function next(x: Tensor) {
          return tf.neg(x);
        }, { donate })(clone), Error)).message,
      "jit: next: argument 0 was donated before; pass what the call that took it returned",
    );
  }
  assertTensor(second, [2], [2 + 1, 3 + 1], 0);
});

engineTest("donation: a value read before stays what it was", async () => {
  const increment = jit((x: Tensor) => tf.add(x, 1), { donate: [0] });
  const original = vector(1, 2), clone = original.clone();
  const first = await increment(original);
  assertTensor(clone, [2], [1, 2], 0); // a value from outside was shared, not overwritten
  const copy = tf.mul(first, 1), second = await increment(first);
  assertTensor(copy, [2], [2, 3], 0);
  assertTensor(second, [2], [3, 4], 0);
});

engineTest("donation: values that change places keep their variables", async () => {
  const swap = jit(({ a, b }: Pair) => ({ a: b, b: a }), { donate: [0] });
  const first = await swap({ a: vector(1, 2), b: vector(3, 4) });
  assertTensor(first.a, [2], [3, 4], 0);
  assertTensor(first.b, [2], [1, 2], 0);
  const [a, b] = [variableOf(first.a), variableOf(first.b)];
  const second = await swap(first);
  assertEquals([variableOf(second.a), variableOf(second.b)], [b, a]);
  assertTensor(second.a, [2], [1, 2], 0);
  assertTensor(second.b, [2], [3, 4], 0);
});

engineTest("donation: values computed from each other are all of the time before", async () => {
  const cross = jit(({ a, b }: Pair) => ({ a: tf.add(a, b), b: tf.sub(a, b) }), { donate: [0] });
  let pair: Pair = { a: vector(5), b: vector(3) };
  for (const [a, b] of [[8, 2], [10, 6], [16, 4]]) {
    pair = await cross(pair);
    assertTensor(pair.a, [1], [a], 0);
    assertTensor(pair.b, [1], [b], 0);
  }
});

engineTest("donation: a value goes home to its own path, whatever the order", async () => {
  const step = jit(({ a, b }: Pair) => ({ b: tf.mul(b, 10), a: tf.mul(a, 2) }), { donate: [0] });
  const first = await step({ a: vector(1), b: vector(2) });
  const { a, b } = { a: variableOf(first.a), b: variableOf(first.b) };
  const second = await step({ a: first.a, b: first.b });
  assertEquals({ a: variableOf(second.a), b: variableOf(second.b) }, { a, b });
  assertTensor(second.a, [1], [4], 0);
  assertTensor(second.b, [1], [200], 0);
});

engineTest("donation: what is returned elsewhere in the result, in part, or twice", async () => {
  const elsewhere = jit(({ a, b }: Pair) => [tf.sum(b), { deep: [tf.add(a, 1)] }] as const, { donate: [0] });
  const [sum, { deep: [a] }] = await elsewhere({ a: vector(1, 2), b: vector(3, 4) });
  assertTensor(sum, [], [7], 0);
  assertTensor(a, [2], [2, 3], 0);
  variableOf(a);

  const twice = jit((x: Tensor) => {
    const next = tf.add(x, 1);
    return [next, next, x];
  }, { donate: [0] });
  const values = await twice(vector(1));
  assertEquals(values.map((value) => value.dataSync()[0]), [2, 2, 1]);
  values[0].dispose();
  assertEquals([values[1].dataSync()[0], values[2].dataSync()[0]], [2, 1]);

  const nothing = jit((x: Tensor) => void tf.neg(x), { donate: [0] });
  const gone = vector(1);
  assertEquals(await nothing(gone), undefined);
  assert(gone.isDisposed);
});

engineTest("donation: of two of one shape, one comes back twice and the other not at all", async () => {
  const step = jit(({ a, b }: Pair) => ({ a: tf.add(a, b), more: tf.mul(a, 10) }), { donate: [0] });
  const first = await step({ a: vector(1, 2), b: vector(3, 4) });
  assertTensor(first.a, [2], [4, 6], 0);
  assertTensor(first.more, [2], [10, 20], 0);
  assert(variableOf(first.a) !== variableOf(first.more));
  const second = await step({ a: first.a, b: first.more });
  assertTensor(second.a, [2], [14, 26], 0);
  assertTensor(second.more, [2], [40, 60], 0);

  const alone = jit(({ a }: Pair) => ({ a: tf.neg(a), other: tf.abs(a), third: tf.sign(a) }), { donate: [0] });
  const results = await alone({ a: vector(-5, 6), b: vector(7, 8) });
  assertEquals(
    [results.a, results.other, results.third].map((tensor) => [...tensor.dataSync()]),
    [[5, -6], [5, 6], [-1, 1]],
  );
});

engineTest("donation: a result of another shape or dtype is a tensor of its own", async () => {
  const fn = jit((x: Tensor) => ({ sum: tf.sum(x), whole: tf.cast(x, "int32"), row: tf.reshape(x, [1, 2]) }), {
    donate: [0],
  });
  const { sum, whole, row } = await fn(vector(1.5, 2.5));
  assertTensor(sum, [], [4], 0);
  assertTensor(whole, [2], [1, 2], 0);
  assertTensor(row, [1, 2], [1.5, 2.5], 0);
});

engineTest("donation: int32 and bool are given away too, and a number in a donated place is a scalar", async () => {
  type State = { count: Tensor; flag: Tensor; rate: Scalar };
  const fn = jit(({ count, flag, rate }: State) => ({
    count: tf.add(count, tf.scalar(1, "int32")),
    flag: tf.logicalNot(flag),
    rate: tf.mul(rate, 2),
  }), { donate: [0] });
  const first = await fn({ count: tf.scalar(7, "int32"), flag: tf.tensor1d([1, 0], "bool"), rate: 0.5 });
  const second = await fn({ ...first, rate: 0.5 });
  assertEquals([second.count.dtype, second.count.dataSync()[0]], ["int32", 9]);
  assertEquals([second.flag.dtype, ...second.flag.dataSync()], ["bool", 1, 0]);
  assertTensor(second.rate, [], [1], 0);
  variableOf(second.count);
});

engineTest("donation: a tensor that is passed twice is refused before anything is taken", async () => {
  const fn = jit(function train(state: Pair, batch: Tensor) {
    return { a: tf.add(state.a, batch), b: state.b };
  }, { donate: [0] });
  const x = vector(1, 2), y = vector(3, 4);
  assertEquals(
    (await assertRejects(() => fn({ a: x, b: x }, y), Error)).message,
    "jit: train: argument 0/a is donated and the same tensor is argument 0/b; pass a copy",
  );
  assertEquals(
    (await assertRejects(() => fn({ a: x, b: y }, y.clone()), Error)).message,
    "jit: train: argument 0/b is donated and the same tensor is argument 1; pass a copy",
  );
  const first = await fn({ a: x, b: y }, vector(10, 10));
  assertTensor(first.a, [2], [11, 12], 0);
  const second = await fn(first, vector(10, 10));
  assertTensor(second.a, [2], [21, 22], 0);
  assertTensor(second.b, [2], [3, 4], 0);
});

engineTest("donation: a call that TensorFlow fails gives its variables back and keeps the process sound", async () => {
  const fn = jit((x: Tensor, at: tf.Tensor1D) => tf.add(x, tf.gather(x, at)), { donate: [0] });
  const state = await fn(vector(1, 2), tf.tensor1d([1, 0], "int32"));
  assertTensor(state, [2], [3, 3], 0);
  await assertRejects(() => fn(state, tf.tensor1d([5, 5], "int32")), Error, "is not in [0, 2)");
  assertThrows(() => state.dataSync(), Error, "Tensor is disposed.");
  assertTensor(await fn(vector(1, 2), tf.tensor1d([0, 0], "int32")), [2], [2, 3], 0);
});

engineTest("donation: an update that is not finite leaves the state as it was, and later ones go on", async () => {
  const step = jit(function step(slot: AdamSlot, gradient: Tensor, stepSize: Scalar) {
    const norm = tf.sum(tf.square(gradient)), finite = tf.isFinite(norm);
    const epsilon = tf.scalar(1e-8), scale = tf.scalar(1);
    const numbers = { stepSize, epsilon, beta1: 0.9, beta2: 0.999, scale, weightDecay: 0, enabled: finite };
    const next = adam(slot, gradient, numbers);
    return [{ ...next }, tf.cast(finite, "float32")] as const;
  }, { donate: [0] });
  const values = (slot: AdamSlot) => [slot.value, slot.mean, slot.variance].map((tensor) => [...tensor.dataSync()]);
  let slot: AdamSlot = { value: vector(1, 2), mean: tf.zeros([2]), variance: tf.zeros([2]) }, finite: Tensor;
  [slot, finite] = await step(slot, vector(1, -1), 0.1 * Math.sqrt(0.001) / 0.1);
  assertEquals(finite.dataSync()[0], 1);
  const good = values(slot);
  assert(Math.abs(good[0][0] - 0.9) < 1e-5 && Math.abs(good[0][1] - 2.1) < 1e-5, `${good[0]}`);
  for (const bad of [NaN, Infinity, -Infinity]) {
    [slot, finite] = await step(slot, vector(1, bad), 0.1);
    assertEquals(finite.dataSync()[0], 0);
    assertEquals(values(slot), good);
  }
  [slot, finite] = await step(slot, vector(1, -1), 0.1);
  assertEquals(finite.dataSync()[0], 1);
  assert(values(slot)[0][0] < good[0][0]);
  assertTraces(step, 1);
});

Deno.test("donation, on the CPU backend: donated tensors are disposed, and what comes back is not", async () => {
  await tf.setBackend("cpu");
  const before = tf.memory().numTensors;
  const fn = jit(function step({ a, b }: Pair, n: Scalar) {
    return { a: tf.add(a, n), b };
  }, { donate: [0] });
  const x = vector(1), y = vector(2);
  const first = await fn({ a: x, b: y }, 1);
  assertEquals([x.isDisposed, tf.memory().numTensors], [true, before + 2]);
  assertTensor(first.a, [1], [2], 0);
  assertTensor(first.b, [1], [2], 0);
  assertEquals(
    (await assertRejects(() => fn({ a: x, b: first.b }, 1), Error)).message,
    "jit: step: argument 0/a was disposed before; pass what the call that took it returned",
  );
  assertEquals(
    (await assertRejects(() => fn({ a: first.a, b: first.a }, 1), Error)).message,
    "jit: step: argument 0/a is donated and the same tensor is argument 0/b; pass a copy",
  );
  tf.dispose(first);
  assertEquals(tf.memory().numTensors, before);
});

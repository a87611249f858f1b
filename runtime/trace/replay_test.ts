import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor, Variable } from "@tensorflow/tfjs-core";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { attribute } from "../../ops/native.ts";
import { assertTensor } from "../../ops/testing.ts";
import type { ThoraxBackend } from "../backend/backend.ts";
import { assertTraces, jit } from "../jit.ts";
import { engineTest } from "../testing.ts";

engineTest("variables: those that the function makes exist once, with the value that they were made with", async () => {
  const made: Variable[] = [];
  const fn = jit(function running(x: Tensor, start: Scalar) {
    if (made.length === 0) {
      made.push(tf.tidy(() => tf.mul(tf.zerosLike(x), start).variable(false, "sum")));
      made.push(tf.tidy(() => tf.add(made[0], 100).variable()));
      made.push(tf.zeros([2]).variable());
    }
    const [sum, shifted, count] = made;
    sum.assign(tf.add(sum, x));
    count.assign(tf.add(count, 1));
    return [sum, shifted, count];
  });
  const table = (tensors: Tensor[]) => tensors.map((tensor) => [...tensor.dataSync()]);
  assertEquals(table(await fn(tf.tensor1d([1, 2]), 5)), [[1, 2], [100, 100], [1, 1]]);
  assertEquals(table(await fn(tf.tensor1d([1, 2]), 5)), [[2, 4], [100, 100], [2, 2]]);
  assertEquals(table(made), [[2, 4], [100, 100], [2, 2]]);
  assertEquals([made[0].name, made[0].trainable, made[1].trainable], ["sum", false, true]);
  assertTraces(fn, 1);
});

engineTest(
  "variables: one that the function also disposes is refused by name",
  async () => {
    const temporary = jit(function temporary(x: Tensor) {
      const y = tf.variable(x, false, "scratch");
      const z = tf.neg(y);
      y.dispose();
      return z;
    });
    assertEquals(
      (await assertRejects(() => temporary(tf.scalar(1)), Error)).message,
      "jit: temporary: the variable scratch is made and disposed in the function; use a tensor",
    );
  },
);

engineTest(
  "variables: those made before an error in the function have their first value, and serve the next call",
  async () => {
    let sum: Variable | undefined;
    let broken = true;
    const fn = jit(function fragile(x: Tensor) {
      sum ??= tf.mul(x, 10).variable();
      sum.assign(tf.add(sum, x));
      if (broken) throw new RangeError("broken on purpose");
      return sum;
    });
    await assertRejects(() => fn(tf.tensor1d([1, 2])), RangeError, "broken on purpose");
    assert(sum !== undefined);
    assertTensor(sum, [2], [10, 20], 0);
    broken = false;
    assertTensor(await fn(tf.tensor1d([1, 2])), [2], [11, 22], 0);
    assertTensor(sum, [2], [11, 22], 0);
  },
);

engineTest("variables: one made of a value that only the call computes is refused by name", async () => {
  const backend = tf.backend() as ThoraxBackend;
  const fn = jit(function update(x: Tensor) {
    const [next] =
      backend.updateInPlace("AssignAddVariableOp", [attribute.type("dtype", 1)], [x], () => [tf.scalar(1)]) ?? [];
    tf.variable(next, false, "late");
    return next;
  }, { donate: [0] });
  const before = tf.memory().numTensors, x = tf.scalar(1);
  assertEquals(
    (await assertRejects(() => fn(x), Error)).message,
    "jit: update: the variable late is made in the function of a donated argument overwritten there; make it before",
  );
  assertEquals(tf.memory().numTensors, before + 1);
  assertTensor(x, [], [1], 0);
});

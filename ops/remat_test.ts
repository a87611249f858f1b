import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { assertEquals, assertRejects } from "@std/assert";
import { jit } from "../runtime/jit.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { nativeBackend } from "./native.ts";
import { remat } from "./remat.ts";
import { assertTensor, eachWay, waves, withGradients } from "./testing.ts";

const native = needs("read", "ffi", "env", "run");

/** tanh(x·w + shift), whose gradient needs what is between. */
const layer = ([x, w, shift]: readonly Tensor[]) =>
  tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), shift));

eachWay("remat: value and gradients are the function's own, bit for bit, also of one after another", async (run) => {
  const inputs = [waves([4, 3]), waves([3, 3], 1), waves([3, 3], 2)] as const, shift = waves([3], 3);
  const twice = (part: (x: Tensor, w: Tensor) => Tensor) =>
    withGradients((x: Tensor, first: Tensor, second: Tensor) => tf.square(part(part(x, first), second)));
  const plain = await run(twice((x, w) => layer([x, w, shift])), ...inputs);
  const again = await run(twice((x, w) => remat(layer, [x, w], [shift])), ...inputs);
  assertEquals(again.map((tensor) => tensor.dataSync()), plain.map((tensor) => tensor.dataSync()));
});

eachWay("remat: a function that returns what it is given", async (run) => {
  const x = waves([3]);
  const [y, dx] = await run(withGradients((x) => tf.add(remat(([x]) => x, [x]), x)), x);
  assertTensor(y, [3], tf.mul(x, 2).dataSync());
  assertTensor(dx, [3], waves([3], 0.5).mul(2).dataSync());
});

eachWay("remat: a second derivative goes through it", async (run) => {
  const cube = (x: Tensor) => remat(([x]) => tf.mul(x, tf.square(x)), [x]);
  const x = tf.tensor1d([1, -2, 0.5]);
  assertTensor(await run(tf.grad(tf.grad(cube)), x), [3], [6, -12, 3]);
});

eachWay("remat: no tensor is left, with a gradient or without", async (run) => {
  const inputs = [waves([4, 3]), waves([3, 3], 1)] as const, shift = waves([3], 3);
  const part = (x: Tensor, w: Tensor) => remat(layer, [x, w], [shift]);
  const before = tf.memory().numTensors;
  tf.dispose(await run(withGradients(part), ...inputs));
  tf.dispose(await run(part, ...inputs));
  assertEquals(tf.memory().numTensors, before);
});

const processor = needs("read", "ffi", "env", "run", "processor");

Deno.test("remat: in a trace nothing is computed again before the gradient is there", processor, async () => {
  await useEngine();
  tf.engine().startScope();
  /** x², whose gradient does not use the one that comes. */
  const square = tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([x as Tensor]);
    return { value: tf.square(x as Tensor), gradFunc: (_: Tensor, [x]: Tensor[]) => tf.mul(x, 2) };
  });
  /**
   * Where no value depends on it, and nothing waits for it, the gradient that comes is not computed, and cannot fail.
   */
  const gradient = (part: (x: Tensor) => Tensor) =>
    jit((x: Tensor, row: tf.Tensor1D) => {
      const loss = tf.customGrad((y) => ({ value: tf.sum(y as Tensor), gradFunc: () => tf.gather(x, row) }));
      return tf.grad((x) => loss(part(x)))(x);
    });
  const x = tf.tensor1d([1, 2]), noRow = tf.tensor1d([0, 7], "int32");
  assertTensor(await gradient(square)(x, noRow), [2], [2, 4], 0);
  await assertRejects(() => gradient((x) => remat(([x]) => square(x), [x]))(x, noRow), Error, "= 7 is not in [0, 2)");
  tf.engine().endScope();
});

Deno.test("remat: a gradient that is a matrix product need not be made", native, async () => {
  await useEngine();
  tf.engine().startScope();
  let factors: readonly number[][] | undefined;
  const gradient = jit((x: Tensor, w: Tensor, shift: Tensor) => {
    const [, dw] = tf.grads((x, w) => tf.sum<Scalar>(remat(layer, [x, w], [shift])))([x, w]);
    factors = nativeBackend()?.factorsOf(dw)?.map(({ shape }) => shape);
    return dw;
  });
  await gradient(waves([4, 3]), waves([3, 2], 1), waves([2], 3));
  assertEquals(factors, [[4, 3], [4, 2]]);
  tf.engine().endScope();
});

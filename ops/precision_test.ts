import * as tf from "@tensorflow/tfjs-core";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { jit } from "../runtime/jit.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { attention } from "./attention.ts";
import { batchNorm } from "./batch_norm.ts";
import { gelu } from "./gelu.ts";
import { layerNorm } from "./layer_norm.ts";
import { precisionOf, toBfloat16, toFloat32 } from "./precision.ts";
import { waves } from "./testing.ts";

const native = needs("read", "ffi", "env", "run");

/** 8 bits of significand, ties to even: what is rounded by hand below. */
const values = [1, 1.00390625, 1.01171875, -3.14159265, 65537, 2 ** 100, 0];
const rounded = [1, 1, 1.015625, -3.140625, 65536, 2 ** 100, 0];

Deno.test("toBfloat16: rounds to nearest, and reads back as float32", native, async () => {
  await useEngine();
  const x = tf.tensor1d(values), low = toBfloat16(x);
  assertEquals([precisionOf(x), precisionOf(low), low.dtype], ["float32", "bfloat16", "float32"]);
  assertEquals([...low.dataSync()], rounded);
  assertEquals(toBfloat16(low), low);
  assertEquals([precisionOf(toFloat32(low)), [...toFloat32(low).dataSync()]], ["float32", rounded]);
});

Deno.test("toBfloat16: another backend has none, and says so", async () => {
  await tf.setBackend("cpu");
  assertThrows(() => toBfloat16(tf.scalar(1)), Error, "the backend cpu has no bfloat16");
});

Deno.test("a float32 tensor beside a bfloat16 one is rounded; the result is bfloat16", native, async () => {
  await useEngine();
  const a = toBfloat16(tf.tensor1d([1.00390625, 2])), b = tf.tensor1d([1.01171875, 3]);
  const sum = tf.add(a, b);
  assertEquals([precisionOf(sum), [...sum.dataSync()]], ["bfloat16", [2.015625, 5]]);
});

/** A convolution, its statistics and a product: what a layer of each kind does to a bfloat16 tensor. */
const loss = (x: tf.Tensor, kernel: tf.Tensor, weights: tf.Tensor): tf.Scalar => {
  const low = toBfloat16(x);
  const y = tf.relu(tf.conv2d(low as tf.Tensor4D, toBfloat16(kernel) as tf.Tensor4D, 1, "same"));
  const pooled = tf.maxPool(y, 2, 2, "valid");
  return tf.sum(toFloat32(tf.matMul(tf.reshape(pooled, [2, -1]), toBfloat16(weights) as tf.Tensor2D)));
};

for (const traced of [false, true]) {
  Deno.test(
    `gradients through bfloat16 are float32 and near float32's (${traced ? "traced" : "native"})`,
    native,
    async () => {
      await useEngine();
      const inputs = [waves([2, 8, 8, 3]), waves([3, 3, 3, 4], 1), waves([64, 2], 2)];
      const grads = (...xs: tf.Tensor[]) => tf.grads(loss as (...xs: tf.Tensor[]) => tf.Scalar)(xs);
      const found = traced ? await jit(grads)(...inputs) : grads(...inputs);
      const exact = (x: tf.Tensor, kernel: tf.Tensor, weights: tf.Tensor): tf.Scalar => {
        const y = tf.relu(tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, "same"));
        return tf.sum(tf.matMul(tf.reshape(tf.maxPool(y, 2, 2, "valid"), [2, -1]), weights as tf.Tensor2D));
      };
      const wanted = tf.grads(exact as (...xs: tf.Tensor[]) => tf.Scalar)(inputs);
      for (const [i, gradient] of found.entries()) {
        assertEquals(precisionOf(gradient), "float32");
        const [off, size] = [tf.norm(tf.sub(gradient, wanted[i])), tf.norm(wanted[i])].map((norm) =>
          norm.dataSync()[0]
        );
        assert(off < 0.02 * size, `gradient ${i} is off by ${off / size}`);
      }
    },
  );
}

Deno.test("jit: the same shapes in another precision are another signature", native, async () => {
  await useEngine();
  const double = jit((x: tf.Tensor) => tf.add(x, x));
  const x = tf.tensor1d([1.00390625]);
  assertEquals([...(await double(x)).dataSync()], [2.0078125]);
  const low = await double(toBfloat16(x));
  assertEquals([precisionOf(low), [...low.dataSync()]], ["bfloat16", [2]]);
  assertEquals(double.traces, 2);
});

for (
  const [name, fn] of [
    ["layerNorm", (x: tf.Tensor) => layerNorm(x, tf.ones([12]), tf.zeros([12]), 1e-6)],
    ["gelu", (x: tf.Tensor) => gelu(x)],
    ["attention", (x: tf.Tensor) => attention(x as tf.Tensor3D, 2)],
  ] as const
) {
  Deno.test(`${name}: in bfloat16 it is float32's value and gradient, rounded`, native, async () => {
    await useEngine();
    const x = tf.mul(waves([2, 5, 12]), 2);
    const both = (cast: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => {
      const value = (x: tf.Tensor) => toFloat32(fn(cast(x)));
      return [value(x), tf.grad((x) => tf.sum(tf.mul(value(x), waves(value(x).shape as [number], 1))))(x)];
    };
    const wanted = both((x) => x)(x), found = both(toBfloat16), traced = await jit(found)(x);
    assertEquals(precisionOf(fn(toBfloat16(x))), "bfloat16");
    for (const actual of [found(x), traced]) {
      actual.forEach((tensor, i) => {
        const [off, size] = [tf.norm(tf.sub(tensor, wanted[i])), tf.norm(wanted[i])].map((norm) => norm.dataSync()[0]);
        assert(off < 0.015 * size, `${["value", "gradient"][i]} is off by ${off / size}`);
      });
    }
  });
}

Deno.test(
  "batchNorm by running statistics: bfloat16 stays bfloat16, within its rounding of float32",
  native,
  async () => {
    await useEngine();
    const x = waves([2, 3, 4, 5]) as tf.Tensor4D, ones = tf.ones([5]), zeros = tf.zeros([5]);
    const vectors = { scale: waves([5], 1), offset: waves([5], 2), mean: zeros, variance: ones };
    const options = { epsilon: 1e-5, momentum: 0.1, training: false };
    const exact = batchNorm(x, vectors, options).output, low = batchNorm(toBfloat16(x), vectors, options).output;
    assertEquals(precisionOf(low), "bfloat16");
    const error = tf.max(tf.abs(tf.sub(toFloat32(low), exact))).dataSync()[0];
    assert(error < 2e-2, `off by ${error}`);
    const fn = jit(function normalize(x: tf.Tensor) {
      return toFloat32(batchNorm(toBfloat16(x as tf.Tensor4D), vectors, options).output);
    });
    assertEquals((await fn(x)).dataSync(), toFloat32(low).dataSync());
  },
);

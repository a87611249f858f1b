import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { biasAdd } from "../../ops/bias_add.ts";
import { convolution, type ConvolutionOptions } from "../../ops/convolution.ts";
import { dense } from "../../ops/dense.ts";
import { maxPool } from "../../ops/pooling.ts";
import { precisionOf, toBfloat16, toFloat32 } from "../../ops/precision.ts";
import { waves } from "../../ops/testing.ts";
import { onGpu } from "../../tests/needs.ts";
import type { ThoraxBackend } from "../backend/backend.ts";
import { freeze } from "./freeze.ts";
import { assertTraces, jit } from "../jit.ts";
import { counts, engineTest } from "../testing.ts";
import { Trace } from "./trace.ts";

const plain: ConvolutionOptions = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 };
const conv = (x: Tensor, kernel: Tensor, options: Partial<ConvolutionOptions> = {}) =>
  convolution(x as Tensor4D, kernel as Tensor4D, { ...plain, ...options });
const halves = { size: [3, 3], stride: [2, 2], padding: [1, 1] } as const;

/** Lists the ops of a frozen function of images, without constants and inputs. */
function frozenOps(fn: (x: Tensor) => Tensor, x: Tensor): string[] {
  const backend = tf.backend() as ThoraxBackend, { engine } = backend;
  using trace = new Trace(engine.tensorflow, "test", { frozen: true });
  const ops: string[] = [];
  engine.trace = trace;
  try {
    tf.tidy(() => {
      const y = fn(backend.wrap({ kind: "symbolic", symbolic: trace.placeholder(backend.typeOf(x), x.shape) }));
      const { body } = freeze(backend, trace, [engine.symbolic(backend.idOf(y))]);
      const nodes = trace.nodes.filter(([{ operation }]) => body.nodes.includes(operation));
      ops.push(...nodes.map(([{ op }]) => op).filter((op) => op !== "Const"));
    });
  } finally {
    engine.trace = undefined;
  }
  return ops;
}

const fused = "_MklNativeFusedConv2D";
const isFused = () =>
  Deno.build.arch === "x86_64" && !onGpu() &&
  (tf.backend() as ThoraxBackend).engine.tensorflow.c.IsMKLEnabled?.() === true;

/** Functions of images, a kernel and a bias, by what is fused, and the ops that remain. */
const rows: Readonly<Record<string, readonly [(x: Tensor, kernel: Tensor, bias: Tensor) => Tensor, string[]]>> = {
  "a bias": [(x, kernel, bias) => biasAdd(conv(x, kernel), bias), [fused]],
  "a bias and a ReLU": [(x, kernel, bias) => tf.relu(biasAdd(conv(x, kernel), bias)), [fused]],
  "a bias and a ReLU6": [(x, kernel, bias) => tf.relu6(biasAdd(conv(x, kernel), bias)), [fused]],
  "a bias, a sum with the images and a ReLU": [
    (x, kernel, bias) => tf.relu(tf.add(biasAdd(conv(x, kernel), bias), x)),
    [fused],
  ],
  "two convolutions' sum": [
    (x, kernel, bias) => tf.relu(tf.add(biasAdd(conv(x, kernel), bias), biasAdd(conv(x, kernel), bias))),
    [fused, fused],
  ],
  "a sum with another shape: not that": [
    (x, kernel, bias) => tf.add(biasAdd(conv(x, kernel), bias), tf.slice(x, [0, 0, 0, 0], [1, 1, 1, 4])),
    ["Slice", fused, "AddV2"],
  ],
  "padding of a strided convolution": [
    (x, kernel, bias) => tf.relu(biasAdd(conv(x, kernel, { stride: [2, 2], padding: [1, 0] }), bias)),
    [fused],
  ],
  "a dilated convolution": [
    (x, kernel, bias) => tf.relu(biasAdd(conv(x, kernel, { dilation: [2, 1], padding: [2, 1] }), bias)),
    [fused],
  ],
  "a convolution in groups": [
    (x, kernel, bias) => tf.relu(biasAdd(conv(x, tf.slice(kernel, [0, 0, 0, 0], [3, 3, 2, 4]), { groups: 2 }), bias)),
    [fused],
  ],
  "a depthwise convolution": [
    (x, kernel, bias) => {
      const depthwise = tf.slice(kernel, [0, 0, 0, 0], [3, 3, 4, 1]) as Tensor4D;
      return tf.relu(biasAdd(tf.depthwiseConv2d(x as Tensor4D, depthwise, 1, "same"), bias));
    },
    ["_MklNativeFusedDepthwiseConv2dNative"],
  ],
  "a ReLU behind a maximum": [
    (x, kernel, bias) => tf.relu(maxPool(biasAdd(conv(x, kernel), bias) as Tensor4D, halves)),
    [fused, "Relu", "PadV2", "MaxPool"],
  ],
  "a ReLU of what is padded with −1": [
    (x, kernel, bias) => tf.relu(tf.pad(biasAdd(conv(x, kernel), bias), [[0, 0], [1, 1], [1, 1], [0, 0]], -1)),
    [fused, "Relu", "PadV2"],
  ],
  "a convolution that another op asks for: not its bias": [
    (x, kernel, bias) => {
      const y = conv(x, kernel);
      return tf.mul(tf.relu(biasAdd(y, bias)), y);
    },
    ["Conv2D", "BiasAdd", "Relu", "Mul"],
  ],
  "a kernel that depends on the images: nothing": [
    (x, kernel, bias) => tf.relu(biasAdd(conv(x, tf.mul(kernel, tf.max(x))), bias)),
    ["Max", "Mul", "Conv2D", "BiasAdd", "Relu"],
  ],
  "a dense layer and a ReLU": [
    (x, kernel, bias) => tf.relu(dense(tf.reshape(x, [-1, 4]), tf.reshape(kernel, [-1, 4]).slice(0, 4), bias)),
    ["Reshape", "Reshape", "_MklNativeFusedMatMul"],
  ],
};

for (const [name, [fn, ops]] of Object.entries(rows)) {
  engineTest(`freeze: ${name}, with the same values`, async () => {
    const x = waves([2, 5, 11, 4]), kernel = waves([3, 3, 4, 4]), bias = waves([4]);
    const function_ = (x: Tensor) => fn(x, kernel, bias);
    using frozen = jit(function_, { freeze: true });
    const expected = function_(x), actual = await frozen(x), again = await frozen(x);
    assertEquals([actual.shape, again.dataSync()], [expected.shape, actual.dataSync()]);
    const values = expected.dataSync(), largest = Math.max(...values.map(Math.abs));
    actual.dataSync().forEach((value, i) => assertAlmostEquals(value, values[i], 2e-6 * largest, `element ${i}`));
    if (isFused()) assertEquals(frozenOps(function_, x), ops);
  });
}

engineTest("freeze: in bfloat16 weights are rounded once, those of a large dense layer too", async () => {
  const x = waves([2, 5, 11, 4]),
    kernel = waves([3, 3, 4, 4]),
    bias = waves([4]),
    matrix = waves([220, 5000]),
    biases = waves([5000]);
  const layers = (x: Tensor) => {
    const y = tf.relu(biasAdd(conv(toBfloat16(x), toBfloat16(kernel)), toBfloat16(bias)));
    return toFloat32(dense(tf.reshape(y, [2, -1]), matrix, biases));
  };
  using frozen = jit(layers, { freeze: true });
  const expected = layers(x).dataSync(), actual = (await frozen(x)).dataSync();
  const largest = Math.max(...expected.map(Math.abs));
  actual.forEach((value, i) => assertAlmostEquals(value, expected[i], 2e-2 * largest, `element ${i}`));
  const ops = frozenOps(layers, x);
  assertEquals(ops.filter((op) => op === "Cast").length, 2); // of the images and the result
  assertEquals(precisionOf(kernel), "float32");
});

engineTest("freeze: two sets of weights in one process do not mix, and a graph serves one batch size", async () => {
  const kernels = [waves([3, 3, 4, 4]), tf.mul(waves([3, 3, 4, 4]), 2)], bias = tf.zeros([4]);
  const functions = kernels.map((kernel) =>
    jit((x: Tensor) => tf.relu(biasAdd(conv(x, kernel), bias)), { freeze: true })
  );
  for (const batch of [1, 2, 2, 1, 3, 1, 2]) {
    const x = waves([batch, 5, 6, 4]);
    const [first, second] = [await functions[0](x), await functions[1](x)];
    assertEquals(tf.mul(first, 2).dataSync(), second.dataSync());
    assert(tf.max(first).dataSync()[0] > 1);
  }
  for (const fn of functions) {
    assertTraces(fn, 4); // two graphs are kept: the size that was called longest ago is traced anew
    fn[Symbol.dispose]();
  }
});

engineTest("freeze: what is disposed gives its memory back, and can be called again", async () => {
  const x = waves([1, 8, 8, 512]), kernel = tf.ones([3, 3, 512, 512]), bias = tf.zeros([512]); // 9 MB
  const resident = () => Deno.memoryUsage().rss;
  let fn = jit((x: Tensor) => biasAdd(conv(x, kernel), bias), { freeze: true });
  const cycle = async () => {
    fn = jit((x: Tensor) => biasAdd(conv(x, kernel), bias), { freeze: true });
    (await fn(x)).dispose();
    fn[Symbol.dispose]();
  };
  await cycle();
  const before = counts(), rss = resident();
  for (let i = 0; i < 20; i++) await cycle();
  assertEquals(counts(), before);
  const grown = resident() - rss;
  assert(grown < 60e6, `${grown} bytes more`); // 20 laid out kernels are 190 MB
  (await fn(x)).dispose();
  assertTraces(fn, 2);
  fn[Symbol.dispose]();
});

engineTest("freeze: a function that overwrites something is refused", async () => {
  const count = tf.variable(tf.scalar(1));
  using counting = jit((x: Tensor) => {
    count.assign(tf.add(count, 1));
    return tf.mul(x, count);
  }, { freeze: true });
  await assertRejects(() => counting(tf.ones([2])), Error, "is frozen and assigns to a tf.Variable; return the value");
  assertEquals(count.dataSync()[0], 1);
  assertThrows(
    () => jit((x: Tensor) => x, { donate: [0], freeze: true }),
    TypeError,
    "jit: a frozen function overwrites nothing; donate no arguments",
  );
});

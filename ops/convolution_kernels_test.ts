import * as tf from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { needs } from "../tests/needs.ts";
import { useEngine } from "../tests/engine.ts";
import { convolution } from "./convolution.ts";
import { groupedGradients } from "./convolution_kernels.ts";
import { assertTensor, eachWay, waves, withGradients } from "./testing.ts";

type Shape4 = [number, number, number, number];
type Convolve = (x: Tensor4D, filter: Tensor4D) => Tensor4D;
interface Case {
  readonly x: Shape4;
  readonly filter: Shape4;
  readonly y: Shape4;
  readonly convolve: Convolve;
  /** tfjs has no gradient of it on other backends. */
  readonly nativeOnly?: boolean;
}

const explicit = [[0, 0], [2, 1], [0, 3], [0, 0]] as [[0, 0], [number, number], [number, number], [0, 0]];

const cases: Readonly<Record<string, Case>> = {
  "conv2d, a number for padding": {
    x: [2, 5, 4, 2],
    filter: [3, 3, 2, 3],
    y: [2, 5, 4, 3],
    convolve: (x, filter) => tf.conv2d(x, filter, 1, 1),
  },
  "conv2d, explicit padding, asymmetric stride": {
    x: [1, 6, 5, 2],
    filter: [3, 2, 2, 2],
    y: [1, 4, 3, 2],
    convolve: (x, filter) => tf.conv2d(x, filter, [2, 3], explicit, "NHWC", 1, "floor"),
  },
  "conv2d, sizes rounded up": {
    x: [1, 6, 6, 1],
    filter: [3, 3, 1, 2],
    y: [1, 4, 4, 2],
    convolve: (x, filter) => tf.conv2d(x, filter, 2, 1, "NHWC", 1, "ceil"),
    nativeOnly: true,
  },
  "conv2d, dilation and explicit padding": {
    x: [2, 6, 7, 2],
    filter: [3, 2, 2, 2],
    y: [2, 5, 7, 2],
    convolve: (x, filter) => tf.conv2d(x, filter, 1, explicit, "NHWC", [2, 3], "floor"),
    nativeOnly: true,
  },
  "conv2d, channels first": {
    x: [2, 3, 5, 4],
    filter: [3, 3, 3, 2],
    y: [2, 2, 5, 4],
    convolve: (x, filter) => tf.conv2d(x, filter, 1, "same", "NCHW"),
    nativeOnly: true,
  },
  "depthwiseConv2d, a number for padding": {
    x: [2, 5, 4, 3],
    filter: [3, 3, 3, 2],
    y: [2, 5, 4, 6],
    convolve: (x, filter) => tf.depthwiseConv2d(x, filter, 1, 1),
  },
  "depthwiseConv2d, explicit padding, stride 2": {
    x: [1, 7, 5, 2],
    filter: [3, 2, 2, 1],
    y: [1, 4, 4, 2],
    convolve: (x, filter) => tf.depthwiseConv2d(x, filter, 2, explicit, "NHWC", 1, "floor"),
  },
  "depthwiseConv2d, dilation and explicit padding": {
    x: [1, 6, 7, 2],
    filter: [2, 3, 2, 2],
    y: [1, 7, 6, 4],
    convolve: (x, filter) => tf.depthwiseConv2d(x, filter, 1, explicit, "NHWC", 2, "floor"),
    nativeOnly: true,
  },
  "depthwiseConv2d, dilation, same": {
    x: [2, 5, 6, 2],
    filter: [3, 3, 2, 1],
    y: [2, 5, 6, 2],
    convolve: (x, filter) => tf.depthwiseConv2d(x, filter, 1, "same", "NHWC", [2, 1]),
    nativeOnly: true,
  },
};

for (const [name, { x, filter, y, convolve, nativeOnly }] of Object.entries(cases)) {
  eachWay(`${name}: the gradients are what a change of each element does`, async (run, way) => {
    if (nativeOnly && way === "cpu") return;
    const inputs: [Tensor4D, Tensor4D] = [waves<tf.Rank.R4>(x), waves<tf.Rank.R4>(filter, 0.25)];
    const [output, dx, dFilter] = await run(withGradients(convolve), ...inputs);
    assertEquals<number[]>(output.shape, y);
    assertTensor(dx, x, differences((x) => convolve(x, inputs[1]), inputs[0]), 2e-4);
    assertTensor(dFilter, filter, differences((filter) => convolve(inputs[0], filter), inputs[1]), 2e-4);
  });
}

/**
 * The loss of {@linkcode withGradients} when each element is raised by 1: a convolution is linear, so that is the
 * gradient.
 */
function differences(convolve: (x: Tensor4D) => Tensor4D, x: Tensor4D): number[] {
  const loss = (x: Tensor4D) =>
    tf.tidy(() => {
      const y = convolve(x);
      return tf.sum(tf.mul(y, waves(y.shape, 0.5))).dataSync()[0];
    });
  const values = x.dataSync(), before = loss(x);
  return Array.from(values, (value, i) => {
    const raised = values.slice();
    raised[i] = value + 1;
    return loss(tf.tensor4d(raised, x.shape)) - before;
  });
}

eachWay(
  "convolution, 1×1 with a stride, of few channels: the filter's gradient is of what its windows meet",
  async (run) => {
    const options = { stride: [2, 2], padding: [0, 0], dilation: [1, 1], groups: 1 } as const;
    const x = waves<tf.Rank.R4>([3, 64, 64, 8]), kernel = waves<tf.Rank.R4>([1, 1, 8, 4]);
    const fn = withGradients((x: Tensor4D, kernel: Tensor4D) => convolution(x, kernel, options));
    const [y, , gradient] = await run(fn, x, kernel);
    const met = tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, 2, 2, 1]);
    const expected = tf.matMul(tf.reshape(met, [-1, 8]), tf.reshape(waves(y.shape, 0.5), [-1, 4]), true);
    assertTensor(gradient, [1, 1, 8, 4], expected.dataSync(), 2e-4);
  },
);

eachWay("depthwiseConv2d: with padding and dilation by hand", async (run) => {
  const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]),
    filter = tf.tensor4d([1, 10, 100, 1000], [2, 2, 1, 1]);
  const y = await run((x, filter) => tf.depthwiseConv2d(x, filter, 1, 1, "NHWC", 2), x, filter);
  assertTensor(y, [1, 3, 3, 1], [5000, 6400, 500, 8020, 9731, 802, 50, 64, 5], 0);
});

Deno.test(
  "convolution: where backward convolutions take no groups and no dilation, it is composed, and the same",
  needs("read", "ffi", "env", "run"),
  async () => {
    await useEngine();
    const options = { stride: [2, 1], padding: [2, 1], dilation: [2, 3], groups: 3 } as const;
    const inputs = [waves<tf.Rank.R4>([2, 9, 7, 6]), waves<tf.Rank.R4>([3, 2, 2, 6])] as const;
    const results = [true, false].map((grouped) => {
      tf.env().set(groupedGradients, grouped);
      return [
        ...withGradients((x: Tensor4D, kernel: Tensor4D) => convolution(x, kernel, options))(...inputs),
        ...withGradients((x: Tensor4D, filter: Tensor4D) => tf.depthwiseConv2d(x, filter, 1, 1, "NHWC", 2))(
          inputs[0],
          waves<tf.Rank.R4>([3, 2, 6, 2]),
        ),
      ];
    });
    tf.env().set(groupedGradients, true);
    results[0].forEach((tensor, i) => assertTensor(results[1][i], tensor.shape, tensor.dataSync(), 1e-4));
    tf.dispose([...results, ...inputs]);
  },
);

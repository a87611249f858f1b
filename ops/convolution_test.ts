import * as tf from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { convolution, type ConvolutionOptions } from "./convolution.ts";
import golden from "./golden/expected.json" with { type: "json" };
import { assertProjection, assertTensor, eachWay, waves, withGradients } from "./testing.ts";

type Shape4 = [number, number, number, number];

interface Case {
  readonly name: keyof typeof golden.convolution;
  readonly x: Shape4;
  readonly kernel: Shape4;
  readonly options: ConvolutionOptions;
  readonly y: Shape4;
}

// Expected values, made by golden/make_expected.py: F.conv2d in float64, of waves for x and waves of phase 0.25 for
// the kernel; the loss is the product of y with waves of phase 0.5.
const cases: readonly Case[] = [
  {
    name: "3×3, half padding",
    x: [2, 5, 6, 3],
    kernel: [3, 3, 3, 2],
    options: { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 },
    y: [2, 5, 6, 2],
  },
  {
    name: "asymmetric kernel, stride and padding, odd sizes",
    x: [2, 7, 6, 2],
    kernel: [3, 2, 2, 3],
    options: { stride: [3, 2], padding: [0, 1], dilation: [1, 1], groups: 1 },
    y: [2, 2, 4, 3],
  },
  {
    name: "a last window that does not fit is dropped",
    x: [1, 6, 8, 2],
    kernel: [5, 3, 2, 2],
    options: { stride: [2, 3], padding: [2, 1], dilation: [1, 1], groups: 1 },
    y: [1, 3, 3, 2],
  },
  {
    name: "1×1",
    x: [2, 3, 4, 3],
    kernel: [1, 1, 3, 2],
    options: { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 },
    y: [2, 3, 4, 2],
  },
  {
    name: "1×1, stride 2",
    x: [2, 5, 4, 3],
    kernel: [1, 1, 3, 2],
    options: { stride: [2, 2], padding: [0, 0], dilation: [1, 1], groups: 1 },
    y: [2, 3, 2, 2],
  },
  {
    name: "padding beyond the kernel's reach",
    x: [1, 3, 2, 2],
    kernel: [1, 2, 2, 2],
    options: { stride: [2, 1], padding: [2, 3], dilation: [1, 1], groups: 1 },
    y: [1, 4, 7, 2],
  },
  {
    name: "dilation",
    x: [2, 7, 8, 2],
    kernel: [3, 2, 2, 2],
    options: { stride: [1, 2], padding: [1, 2], dilation: [2, 3], groups: 1 },
    y: [2, 5, 5, 2],
  },
  {
    name: "dilation, half padding",
    x: [1, 5, 5, 2],
    kernel: [3, 3, 2, 2],
    options: { stride: [1, 1], padding: [2, 2], dilation: [2, 2], groups: 1 },
    y: [1, 5, 5, 2],
  },
  {
    name: "groups",
    x: [2, 5, 6, 4],
    kernel: [3, 3, 2, 6],
    options: { stride: [2, 1], padding: [1, 0], dilation: [1, 1], groups: 2 },
    y: [2, 3, 4, 6],
  },
  {
    name: "depthwise, dilated",
    x: [1, 6, 5, 3],
    kernel: [2, 3, 1, 3],
    options: { stride: [1, 1], padding: [1, 1], dilation: [1, 2], groups: 3 },
    y: [1, 7, 3, 3],
  },
  {
    name: "groups, dilated, odd sizes, asymmetric stride and padding",
    x: [2, 9, 7, 6],
    kernel: [3, 2, 2, 6],
    options: { stride: [2, 1], padding: [2, 1], dilation: [2, 3], groups: 3 },
    y: [2, 5, 6, 6],
  },
  {
    name: "depthwise, two filters a channel, asymmetric",
    x: [2, 7, 9, 3],
    kernel: [3, 5, 1, 6],
    options: { stride: [2, 3], padding: [1, 2], dilation: [1, 1], groups: 3 },
    y: [2, 4, 3, 6],
  },
  {
    name: "large kernel and stride",
    x: [1, 19, 16, 1],
    kernel: [11, 7, 1, 2],
    options: { stride: [4, 4], padding: [2, 3], dilation: [1, 1], groups: 1 },
    y: [1, 4, 4, 2],
  },
  {
    name: "the whole image",
    x: [2, 4, 3, 2],
    kernel: [4, 3, 2, 3],
    options: { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 },
    y: [2, 1, 1, 3],
  },
  {
    name: "same, even kernel",
    x: [1, 4, 5, 2],
    kernel: [2, 4, 2, 2],
    options: { stride: [1, 1], padding: "same", dilation: [1, 1], groups: 1 },
    y: [1, 4, 5, 2],
  },
  {
    name: "same, dilated",
    x: [1, 5, 4, 2],
    kernel: [3, 2, 2, 2],
    options: { stride: [1, 1], padding: "same", dilation: [1, 2], groups: 1 },
    y: [1, 5, 4, 2],
  },
];

for (const { name, x, kernel, options, y } of cases) {
  const expected = golden.convolution[name];
  eachWay(`convolution, ${name}: values and gradients are PyTorch's`, async (run) => {
    const [output, dx, dKernel] = await run(
      withGradients((x: Tensor4D, kernel: Tensor4D) => convolution(x, kernel, options)),
      waves<tf.Rank.R4>(x),
      waves<tf.Rank.R4>(kernel, 0.25),
    );
    assertEquals<number[]>(output.shape, y);
    assertProjection(output, expected.y, "y");
    assertEquals<number[]>(dx.shape, x);
    assertProjection(dx, expected.dx, "gradient of x");
    assertEquals<number[]>(dKernel.shape, kernel);
    assertProjection(dKernel, expected.dKernel, "gradient of the kernel");
  });
}

eachWay("convolution: cross-correlation by hand, padded on all sides alike", async (run) => {
  const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]), kernel = tf.tensor4d([1, 10, 100, 1000], [2, 2, 1, 1]);
  const y = await run(
    (x, kernel) => convolution(x, kernel, { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 }),
    x,
    kernel,
  );
  assertTensor(y, [1, 3, 3, 1], [1000, 2100, 200, 3010, 4321, 402, 30, 43, 4], 0);
});

eachWay("convolution: a gradient flows to x alone, or to the kernel alone", async (run) => {
  const options = { stride: [2, 2], padding: [1, 1], dilation: [1, 1], groups: 1 } as const;
  const [dx, dKernel] = await run(
    (x, kernel) => [
      tf.grad((x) => tf.sum(convolution(x as Tensor4D, kernel, options)))(x),
      tf.grad((kernel) => tf.sum(convolution(x, kernel as Tensor4D, options)))(kernel),
    ],
    tf.ones<tf.Rank.R4>([1, 3, 3, 1]),
    tf.ones<tf.Rank.R4>([3, 3, 1, 1]),
  );
  // how many of the four windows (at −1 and 1) cover each element, and how many elements each tap meets
  assertTensor(dx, [1, 3, 3, 1], [1, 2, 1, 2, 4, 2, 1, 2, 1], 0);
  assertTensor(dKernel, [3, 3, 1, 1], [1, 2, 1, 2, 4, 2, 1, 2, 1], 0);
});

import * as tf from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { convolution, type ConvolutionOptions } from "./convolution.ts";
import { assertProjection, assertTensor, eachWay, type Projection, waves, withGradients } from "./testing.ts";

type Shape4 = [number, number, number, number];

interface Case {
  readonly name: string;
  readonly x: Shape4;
  readonly kernel: Shape4;
  readonly options: ConvolutionOptions;
  readonly y: Shape4;
  /** Of y, and of the gradients of x and of the kernel. */
  readonly projections: readonly [Projection, Projection, Projection];
}

// Expected values: PyTorch 2.13, F.conv2d in float64, of waves for x and waves of phase 0.25 for the kernel; the loss is
// the product of y with waves of phase 0.5.
const cases: readonly Case[] = [
  {
    name: "3×3, half padding",
    x: [2, 5, 6, 3],
    kernel: [3, 3, 3, 2],
    options: { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 },
    y: [2, 5, 6, 2],
    projections: [[-23.76443, 17.72864], [-20.61386, 14.97584], [-24.73487, 16.71306]],
  },
  {
    name: "asymmetric kernel, stride and padding, odd sizes",
    x: [2, 7, 6, 2],
    kernel: [3, 2, 2, 3],
    options: { stride: [3, 2], padding: [0, 1], dilation: [1, 1], groups: 1 },
    y: [2, 2, 4, 3],
    projections: [[-1.0239, 8.46536], [3.86703, 14.50276], [-4.41921, 7.42005]],
  },
  {
    name: "a last window that does not fit is dropped",
    x: [1, 6, 8, 2],
    kernel: [5, 3, 2, 2],
    options: { stride: [2, 3], padding: [2, 1], dilation: [1, 1], groups: 1 },
    y: [1, 3, 3, 2],
    projections: [[1.36639, 1.5054], [1.24682, 12.02688], [1.27223, 6.54633]],
  },
  {
    name: "1×1",
    x: [2, 3, 4, 3],
    kernel: [1, 1, 3, 2],
    options: { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 },
    y: [2, 3, 4, 2],
    projections: [[0.28479, 5.8413], [0.00213, 7.01752], [0.21043, 0.83849]],
  },
  {
    name: "1×1, stride 2",
    x: [2, 5, 4, 3],
    kernel: [1, 1, 3, 2],
    options: { stride: [2, 2], padding: [0, 0], dilation: [1, 1], groups: 1 },
    y: [2, 3, 2, 2],
    projections: [[-0.80429, 4.23971], [-0.63632, 5.01113], [-0.58272, 1.03409]],
  },
  {
    name: "padding beyond the kernel's reach",
    x: [1, 3, 2, 2],
    kernel: [1, 2, 2, 2],
    options: { stride: [2, 1], padding: [2, 3], dilation: [1, 1], groups: 1 },
    y: [1, 4, 7, 2],
    projections: [[-1.24708, 2.17536], [-1.47451, 4.55485], [-0.8877, 3.828]],
  },
  {
    name: "dilation",
    x: [2, 7, 8, 2],
    kernel: [3, 2, 2, 2],
    options: { stride: [1, 2], padding: [1, 2], dilation: [2, 3], groups: 1 },
    y: [2, 5, 5, 2],
    projections: [[-13.93393, 11.63708], [-7.84398, 13.5433], [-15.85319, 29.18342]],
  },
  {
    name: "dilation, half padding",
    x: [1, 5, 5, 2],
    kernel: [3, 3, 2, 2],
    options: { stride: [1, 1], padding: [2, 2], dilation: [2, 2], groups: 1 },
    y: [1, 5, 5, 2],
    projections: [[6.17228, 11.82434], [-2.99404, 16.05756], [11.51945, 30.86603]],
  },
  {
    name: "groups",
    x: [2, 5, 6, 4],
    kernel: [3, 3, 2, 6],
    options: { stride: [2, 1], padding: [1, 0], dilation: [1, 1], groups: 2 },
    y: [2, 3, 4, 6],
    projections: [[0.34362, 11.23991], [0.40277, 32.00009], [0.27486, 4.9266]],
  },
  {
    name: "depthwise, dilated",
    x: [1, 6, 5, 3],
    kernel: [2, 3, 1, 3],
    options: { stride: [1, 1], padding: [1, 1], dilation: [1, 2], groups: 3 },
    y: [1, 7, 3, 3],
    projections: [[3.12326, 3.99462], [6.35564, 7.36097], [2.42691, 12.97343]],
  },
  {
    name: "groups, dilated, odd sizes, asymmetric stride and padding",
    x: [2, 9, 7, 6],
    kernel: [3, 2, 2, 6],
    options: { stride: [2, 1], padding: [2, 1], dilation: [2, 3], groups: 3 },
    y: [2, 5, 6, 6],
    projections: [[-64.75611, 32.81928], [-12.79464, 32.08297], [-40.72736, 55.18702]],
  },
  {
    name: "depthwise, two filters a channel, asymmetric",
    x: [2, 7, 9, 3],
    kernel: [3, 5, 1, 6],
    options: { stride: [2, 3], padding: [1, 2], dilation: [1, 1], groups: 3 },
    y: [2, 4, 3, 6],
    projections: [[0.1981, 6.48502], [0.0861, 18.87072], [0.18334, 1.29782]],
  },
  {
    name: "large kernel and stride",
    x: [1, 19, 16, 1],
    kernel: [11, 7, 1, 2],
    options: { stride: [4, 4], padding: [2, 3], dilation: [1, 1], groups: 1 },
    y: [1, 4, 4, 2],
    projections: [[-1.70514, 2.84097], [-1.48849, 17.06744], [-1.17649, 12.90249]],
  },
  {
    name: "the whole image",
    x: [2, 4, 3, 2],
    kernel: [4, 3, 2, 3],
    options: { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 },
    y: [2, 1, 1, 3],
    projections: [[1.28066, 1.12185], [1.52471, 7.5497], [1.2462, 4.52035]],
  },
  {
    name: "same, even kernel",
    x: [1, 4, 5, 2],
    kernel: [2, 4, 2, 2],
    options: { stride: [1, 1], padding: "same", dilation: [1, 1], groups: 1 },
    y: [1, 4, 5, 2],
    projections: [[-3.16084, 5.25784], [-4.54743, 24.68454], [1.18723, 30.11537]],
  },
  {
    name: "same, dilated",
    x: [1, 5, 4, 2],
    kernel: [3, 2, 2, 2],
    options: { stride: [1, 1], padding: "same", dilation: [1, 2], groups: 1 },
    y: [1, 5, 4, 2],
    projections: [[23.07368, 16.30197], [6.78394, 11.85924], [29.65403, 22.80682]],
  },
];

for (const { name, x, kernel, options, y, projections } of cases) {
  eachWay(`convolution, ${name}: values and gradients are PyTorch's`, async (run) => {
    const [output, dx, dKernel] = await run(
      withGradients((x: Tensor4D, kernel: Tensor4D) => convolution(x, kernel, options)),
      waves<tf.Rank.R4>(x),
      waves<tf.Rank.R4>(kernel, 0.25),
    );
    assertEquals<number[]>(output.shape, y);
    assertProjection(output, projections[0], "y");
    assertEquals<number[]>(dx.shape, x);
    assertProjection(dx, projections[1], "gradient of x");
    assertEquals<number[]>(dKernel.shape, kernel);
    assertProjection(dKernel, projections[2], "gradient of the kernel");
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

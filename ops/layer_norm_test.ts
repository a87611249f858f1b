import * as tf from "@tensorflow/tfjs-core";
import { layerNorm } from "./layer_norm.ts";
import { assertProjection, assertTensor, eachWay, type Projection, waves, withGradients } from "./testing.ts";

interface Case {
  readonly shape: number[];
  readonly y: Projection;
  readonly dx: Projection;
  readonly dScale: number[];
  readonly dOffset: number[];
}

// Expected values: PyTorch 2.13, F.layer_norm (epsilon 1e-3) in float64, of x = 2·waves + 1, scale = waves (phase 1) + 2,
// offset = waves (phase 2).
const cases: readonly Case[] = [
  {
    shape: [2, 3, 5],
    y: [33.67173, 11.4136],
    dx: [4.63119, 2.97966],
    dScale: [3.88876, 3.173939, 2.544409, 3.916738, 5.02658],
    dOffset: [1.076374, 0.70659, -0.31283, -1.044635, -0.816008],
  },
  {
    shape: [4, 8],
    y: [39.09662, 12.2526],
    dx: [5.60411, 3.2977],
    dScale: [1.767231, 2.668713, 2.639253, 2.767291, 3.296875, 2.378657, 1.629037, 2.45697],
    dOffset: [0.305776, 0.355653, 0.078544, -0.270778, -0.371148, -0.130287, 0.23036, 0.379215],
  },
  {
    shape: [2, 2, 3, 4],
    y: [44.12684, 14.77537],
    dx: [8.4341, 4.74568],
    dScale: [5.131792, 5.015925, 5.700346, 10.624187],
    dOffset: [0.994, 0.588939, -0.35759, -0.975352],
  },
];

for (const { shape, y, dx, dScale, dOffset } of cases) {
  eachWay(`layerNorm: value and gradients of [${shape}] are PyTorch's`, async (run) => {
    const channels = [shape[shape.length - 1]] as [number];
    const normalize = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) => layerNorm(x, scale, offset, 1e-3);
    const x = tf.add(tf.mul(waves(shape as [number, number]), 2), 1);
    const found = await run(withGradients(normalize), x, tf.add(waves(channels, 1), 2), waves(channels, 2));
    assertProjection(found[0], y, "y");
    assertProjection(found[1], dx, "dx");
    assertTensor(found[2], channels, dScale, 1e-5);
    assertTensor(found[3], channels, dOffset, 1e-5);
  });
}

eachWay("layerNorm: a row far from zero is normalized as well, a constant one is the offset", async (run) => {
  const x = tf.tensor2d([[1000, 1001, 1002, 1003], [7, 7, 7, 7]]);
  const found = await run((x: tf.Tensor) => layerNorm(x, tf.ones([4]), tf.fill([4], 0.5), 1e-6), x);
  const outer = 1.5 / Math.sqrt(1.25), inner = 0.5 / Math.sqrt(1.25);
  assertTensor(found, [2, 4], [0.5 - outer, 0.5 - inner, 0.5 + inner, 0.5 + outer, 0.5, 0.5, 0.5, 0.5], 1e-5);
});

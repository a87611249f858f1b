import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { assert } from "@std/assert";
import { batchNorm } from "./batch_norm.ts";
import { assertProjection, assertTensor, eachWay, type Projection, waves, withGradients } from "./testing.ts";

interface Pass {
  readonly y: Projection;
  readonly dx: Projection;
  readonly dScale: number[];
}

interface Case {
  readonly x: [number, number, number, number];
  readonly training: Pass & { readonly mean: number[]; readonly variance: number[] };
  readonly inference: Pass;
  /** The same in both. */
  readonly dOffset: number[];
}

// Expected values: PyTorch 2.13, F.batch_norm (momentum 0.3, epsilon 1e-3) in float64, of x = 2·waves + 1,
// scale = waves (phase 1) + 2, offset = waves (phase 2), mean = waves (phase 3), variance = waves (phase 4) + 2; the loss is
// the product of y with waves of phase 0.5.
const cases: readonly Case[] = [
  {
    x: [2, 3, 4, 3],
    training: {
      y: [94.75754, 19.65645],
      dx: [11.98135, 4.3807],
      dScale: [15.604957, 14.880166, 14.125168],
      mean: [-0.209652, -0.348088, 0.109326],
      variance: [1.367933, 1.863173, 2.442644],
    },
    inference: { y: [120.39563, 37.42491], dx: [64.59383, 11.94247], dScale: [23.610639, 17.448366, 11.590053] },
    dOffset: [0.986095, 0.63985, -0.29467],
  },
  { // two elements in a channel: the unbiased variance is twice the biased one
    x: [1, 1, 2, 2],
    training: {
      y: [7.67049, 5.21962],
      dx: [0.00825, 0.00807],
      dScale: [1.346906, 1.575718],
      mean: [0.065016, -0.325499],
      variance: [1.023048, 2.869943],
    },
    inference: { y: [11.09704, 12.78905], dx: [5.33018, 3.54674], dScale: [2.660472, 1.391234] },
    dOffset: [0.646712, -0.379058],
  },
  {
    x: [4, 1, 1, 2],
    training: {
      y: [13.0023, 7.38505],
      dx: [1.32191, 1.55453],
      dScale: [2.758482, 2.490852],
      mean: [-0.127664, -0.241881],
      variance: [1.514086, 2.112619],
    },
    inference: { y: [24.51779, 16.64965], dx: [10.37232, 5.05865], dScale: [5.593417, 4.017075] },
    dOffset: [0.879171, 0.634549],
  },
];

const options = { epsilon: 1e-3, momentum: 0.3 };

function inputs(shape: Case["x"]) {
  const channels = [shape[3]] as [number];
  return {
    x: tf.add<Tensor4D>(tf.mul(waves(shape), 2), 1),
    scale: tf.add<Tensor>(waves(channels, 1), 2),
    offset: waves(channels, 2),
    mean: waves(channels, 3),
    variance: tf.add<Tensor>(waves(channels, 4), 2),
  };
}

for (const { x: shape, training, inference, dOffset } of cases) {
  eachWay(`batchNorm, training, [${shape}]: values and gradients are PyTorch's`, async (run) => {
    const { x, scale, offset, mean, variance } = inputs(shape);
    const [y, dx, dScale, dOffsets] = await run(
      (x, scale, offset, mean, variance) =>
        withGradients((x: Tensor4D, scale: Tensor, offset: Tensor) =>
          batchNorm(x, { scale, offset, mean, variance }, { ...options, training: true }).output
        )(x, scale, offset),
      x,
      scale,
      offset,
      mean,
      variance,
    );
    assertProjection(y, training.y, "y");
    assertProjection(dx, training.dx, "gradient of x");
    assertTensor(dScale, [shape[3]], training.dScale, 1e-5);
    assertTensor(dOffsets, [shape[3]], dOffset, 1e-5);
  });

  eachWay(`batchNorm, training, [${shape}]: running statistics are new, the variance unbiased`, async (run) => {
    const { x, scale, offset, mean, variance } = inputs(shape);
    const state = await run(
      (x, scale, offset, mean, variance) => {
        const after = batchNorm(x, { scale, offset, mean, variance }, { ...options, training: true });
        return [after.mean, after.variance];
      },
      x,
      scale,
      offset,
      mean,
      variance,
    );
    assertTensor(state[0], [shape[3]], training.mean);
    assertTensor(state[1], [shape[3]], training.variance);
    assertTensor(mean, [shape[3]], waves([shape[3]], 3).dataSync(), 0);
  });

  eachWay(`batchNorm, inference, [${shape}]: values and gradients are PyTorch's`, async (run) => {
    const { x, scale, offset, mean, variance } = inputs(shape);
    const [y, dx, dScale, dOffsets] = await run(
      (x, scale, offset, mean, variance) =>
        withGradients((x: Tensor4D, scale: Tensor, offset: Tensor) =>
          batchNorm(x, { scale, offset, mean, variance }, { ...options, training: false }).output
        )(x, scale, offset),
      x,
      scale,
      offset,
      mean,
      variance,
    );
    assertProjection(y, inference.y, "y");
    assertProjection(dx, inference.dx, "gradient of x");
    assertTensor(dScale, [shape[3]], inference.dScale, 1e-5);
    assertTensor(dOffsets, [shape[3]], dOffset, 1e-5);
  });
}

Deno.test("batchNorm, inference: the running statistics that come back are the ones given", () => {
  const { x, ...parameters } = inputs([1, 2, 2, 3]);
  const { mean, variance } = batchNorm(x, parameters, { ...options, training: false });
  assert(mean === parameters.mean && variance === parameters.variance);
});

eachWay("batchNorm, training: constant channels give the offset, and no NaN", async (run) => {
  const { scale, offset, mean, variance } = inputs([1, 2, 2, 2]);
  const [y, dx] = await run(
    (x, scale, offset, mean, variance) =>
      withGradients((x: Tensor4D) =>
        batchNorm(x, { scale, offset, mean, variance }, { ...options, training: true }).output
      )(x),
    tf.fill<tf.Rank.R4>([1, 2, 2, 2], 7),
    scale,
    offset,
    mean,
    variance,
  );
  const [a, b] = offset.dataSync();
  assertTensor(y, [1, 2, 2, 2], [a, b, a, b, a, b, a, b], 1e-5);
  assert(dx.dataSync().every(Number.isFinite));
});

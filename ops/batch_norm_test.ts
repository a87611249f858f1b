import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { assert } from "@std/assert";
import { batchNorm } from "./batch_norm.ts";
import golden from "./golden/expected.json" with { type: "json" };
import { assertProjection, assertTensor, eachWay, waves, withGradients } from "./testing.ts";

// Expected values, made by golden/make_expected.py: F.batch_norm (momentum 0.3, epsilon 1e-3) in float64, of x =
// 2·waves + 1, scale = waves (phase 1) + 2, offset = waves (phase 2), mean = waves (phase 3), variance = waves (phase
// 4) + 2; the loss is the product of y with waves of phase 0.5. A channel of the second case has two elements: the
// unbiased variance is twice the biased one.
const cases = golden.batchNorm;

const options = { epsilon: 1e-3, momentum: 0.3 };

function inputs([batch, height, width, count]: readonly number[]) {
  const channels = [count] as [number];
  return {
    x: tf.add<Tensor4D>(tf.mul(waves([batch, height, width, count]), 2), 1),
    scale: tf.add<Tensor>(waves(channels, 1), 2),
    offset: waves(channels, 2),
    mean: waves(channels, 3),
    variance: tf.add<Tensor>(waves(channels, 4), 2),
  };
}

for (const { shape, training, inference } of cases) {
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
    assertTensor(dOffsets, [shape[3]], training.dOffset, 1e-5);
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
    assertTensor(dOffsets, [shape[3]], inference.dOffset, 1e-5);
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

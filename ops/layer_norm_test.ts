import * as tf from "@tensorflow/tfjs-core";
import golden from "./golden/expected.json" with { type: "json" };
import { layerNorm } from "./layer_norm.ts";
import { assertProjection, assertTensor, eachWay, waves, withGradients } from "./testing.ts";

// Expected values, made by golden/make_expected.py: F.layer_norm (epsilon 1e-3) in float64, of x = 2·waves + 1, scale
// = waves (phase 1) + 2, offset = waves (phase 2).
const cases = golden.layerNorm;

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

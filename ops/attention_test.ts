import * as tf from "@tensorflow/tfjs-core";
import { attention } from "./attention.ts";
import { assertProjection, assertTensor, eachWay, type Projection, waves, withGradients } from "./testing.ts";

interface Case {
  readonly batch: number;
  readonly tokens: number;
  readonly channels: number;
  readonly heads: number;
  readonly y: Projection;
  readonly dx: Projection;
}

// Expected values: PyTorch 2.13, F.scaled_dot_product_attention in float64 of 2·waves, reshaped and permuted as timm does.
const cases: readonly Case[] = [
  { batch: 2, tokens: 5, channels: 6, heads: 2, y: [-5.62482, 9.6277], dx: [-3.10644, 7.72915] },
  { batch: 1, tokens: 3, channels: 4, heads: 1, y: [2.07195, 4.50246], dx: [1.09012, 1.51248] },
  { batch: 3, tokens: 4, channels: 8, heads: 4, y: [-6.81174, 9.67567], dx: [-5.17546, 9.52758] },
];

for (const { batch, tokens, channels, heads, y, dx } of cases) {
  eachWay(`attention: value and gradient of ${heads} heads are PyTorch's`, async (run) => {
    const attend = (qkv: tf.Tensor3D) => attention(qkv, heads);
    const x = tf.mul(waves<tf.Rank.R3>([batch, tokens, 3 * channels]), 2) as tf.Tensor3D;
    const found = await run(withGradients(attend), x);
    assertProjection(found[0], y, "y");
    assertProjection(found[1], dx, "dx");
  });
}

eachWay("attention: where all keys are alike each token takes the mean of the values", async (run) => {
  const qkv = tf.tensor3d([1, 0, 2, 5, 0, 4, -3, 0, 9], [1, 3, 3]); // q, k, v of three tokens
  assertTensor(await run((x: tf.Tensor3D) => attention(x, 1), qkv), [1, 3, 1], [5, 5, 5], 1e-6);
});

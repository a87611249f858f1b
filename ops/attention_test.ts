import * as tf from "@tensorflow/tfjs-core";
import { attention } from "./attention.ts";
import golden from "./golden/expected.json" with { type: "json" };
import { assertProjection, assertTensor, eachWay, waves, withGradients } from "./testing.ts";

// Expected values, made by golden/make_expected.py: F.scaled_dot_product_attention in float64 of 2·waves, reshaped and
// permuted as timm does.
const cases = golden.attention;

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

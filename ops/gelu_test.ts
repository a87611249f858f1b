import * as tf from "@tensorflow/tfjs-core";
import { gelu } from "./gelu.ts";
import golden from "./golden/expected.json" with { type: "json" };
import { assertTensor, eachWay, withGradients } from "./testing.ts";

// F.gelu in float64, made by golden/make_expected.py.
eachWay("gelu: value and gradient are PyTorch's, not those of its approximation by tanh", async (run) => {
  const x = tf.tensor1d([-4, -1.5, -0.3, 0, 1e-4, 0.7, 2, 9]);
  const [y, dx] = await run(withGradients((x: tf.Tensor) => gelu(x), [1, 2, 3, 4, 5, 6, 7, 8]), x);
  assertTensor(y, [8], golden.activations.gelu.y, 1e-6);
  assertTensor(dx, [8], golden.activations.gelu.dx, 3e-6);
});

import * as tf from "@tensorflow/tfjs-core";
import { gelu } from "./gelu.ts";
import { assertTensor, eachWay, withGradients } from "./testing.ts";

// PyTorch 2.13: F.gelu in float64.
eachWay("gelu: value and gradient are PyTorch's, not those of its approximation by tanh", async (run) => {
  const x = tf.tensor1d([-4, -1.5, -0.3, 0, 1e-4, 0.7, 2, 9]);
  const [y, dx] = await run(withGradients((x: tf.Tensor) => gelu(x), [1, 2, 3, 4, 5, 6, 7, 8]), x);
  assertTensor(y, [8], [-0.000126685, -0.100210802, -0.114626573, 0, 5.00039894e-5, 0.530625443, 1.954499736, 9], 1e-6);
  assertTensor(
    dx,
    [8],
    [-0.00050364966, -0.25493838, 0.80301670, 2, 2.50039894, 5.85968461, 7.59662261, 8],
    3e-6,
  );
});

import * as tf from "@tensorflow/tfjs-core";
import golden from "./golden/expected.json" with { type: "json" };
import { assertTensor, eachWay, withGradients } from "./testing.ts";

// As in PyTorch the gradient at zero is zero.
eachWay("relu: its gradient passes where x is positive, at zero it does not", async (run) => {
  const [y, dx] = await run(
    withGradients((x: tf.Tensor) => tf.relu(x), [1, 2, 3, 4, 5]),
    tf.tensor1d([-2, -0, 0, 1e-30, 3]),
  );
  assertTensor(y, [5], [0, 0, 0, Math.fround(1e-30), 3], 0);
  assertTensor(dx, [5], golden.activations.relu.dx, 0);
});

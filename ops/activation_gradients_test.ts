import * as tf from "@tensorflow/tfjs-core";
import { assertTensor, eachWay, withGradients } from "./testing.ts";

// PyTorch 2.13: the gradient at zero is zero.
eachWay("relu: its gradient passes where x is positive, at zero it does not", async (run) => {
  const [y, dx] = await run(
    withGradients((x: tf.Tensor) => tf.relu(x), [1, 2, 3, 4, 5]),
    tf.tensor1d([-2, -0, 0, 1e-30, 3]),
  );
  assertTensor(y, [5], [0, 0, 0, Math.fround(1e-30), 3], 0);
  assertTensor(dx, [5], [0, 0, 0, 4, 5], 0);
});

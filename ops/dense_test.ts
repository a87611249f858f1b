import type * as tf from "@tensorflow/tfjs-core";
import { dense } from "./dense.ts";
import { assertTensor, eachWay, waves } from "./testing.ts";

eachWay("dense: over the last axis, whatever the others", async (run) => {
  // PyTorch 2.13 in float64: waves(2, 2, 3) @ waves(3, 2) + waves(2)
  const expected = [1.542541, 0.946855, 0.337259, 1.024928, 1.138734, 0.642793, 0.757107, 1.321342];
  const kernel = waves([3, 2]), bias = waves([2]);
  assertTensor(await run((x: tf.Tensor) => dense(x, kernel, bias), waves([2, 2, 3])), [2, 2, 2], expected);
  assertTensor(await run((x: tf.Tensor) => dense(x, kernel, bias), waves([4, 3])), [4, 2], expected);
  const bare = await run((x: tf.Tensor) => dense(x, kernel), waves([1, 1, 3]));
  assertTensor(bare, [1, 1, 2], [expected[0] - Math.sin(1), expected[1] - Math.sin(2)]);
});

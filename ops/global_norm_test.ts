import * as tf from "@tensorflow/tfjs-core";
import { globalNorm } from "./global_norm.ts";
import { assertTensor, eachWay, waves } from "./testing.ts";

eachWay("globalNorm: of all elements of all tensors, whatever their shapes", async (run) => {
  const norm = await run(
    (...tensors: tf.Tensor[]) => globalNorm(tensors),
    tf.tensor2d([[1, -2], [0, 4]]),
    tf.scalar(-2),
    tf.tensor1d([]),
    tf.zeros([1, 2, 1]),
  );
  assertTensor(norm, [], [5], 1e-6);
  const x = waves([7, 11, 13]);
  assertTensor(await run((x) => globalNorm([x]), x), [], [Math.hypot(...x.dataSync())], 1e-5);
});

eachWay("globalNorm: what is not finite stays so", async (run) => {
  const norms = await run(
    (...tensors: tf.Tensor[]) => tf.stack(tensors.map((x) => tf.cast(tf.isFinite(globalNorm([x])), "float32"))),
    tf.tensor1d([1, NaN]),
    tf.tensor1d([-Infinity, 2]),
    tf.tensor1d([1e30, 1]), // its square overflows
    tf.tensor1d([3, 4]),
  );
  assertTensor(norms, [4], [0, 0, 0, 1], 0);
});

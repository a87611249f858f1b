import * as tf from "@tensorflow/tfjs-core";
import { biasAdd } from "./bias_add.ts";
import { assertTensor, eachWay, waves, withGradients } from "./testing.ts";

eachWay("biasAdd: along the last axis, whatever the rank", async (run) => {
  const matrix = await run((x, bias) => biasAdd(x, bias), tf.tensor([1, 2, 3, 4], [2, 2]), tf.tensor([10, 20]));
  assertTensor(matrix, [2, 2], [11, 22, 13, 24], 0);
  const images = await run((x, bias) => biasAdd(x, bias), tf.zeros([1, 1, 2, 3]), tf.tensor([1, 2, 3]));
  assertTensor(images, [1, 1, 2, 3], [1, 2, 3, 1, 2, 3], 0);
});

eachWay("biasAdd: x's gradient passes through, the bias's is summed over all but the last axis", async (run) => {
  const weights = [1, 2, 3, 4, 5, 6, 7, 8];
  const [, dx, dBias] = await run(withGradients(biasAdd, weights), waves([1, 2, 2, 2]), waves([2]));
  assertTensor(dx, [1, 2, 2, 2], weights, 0);
  assertTensor(dBias, [2], [16, 20], 0);
});

import * as tf from "@tensorflow/tfjs-core";
import { assertTensor, eachWay } from "./testing.ts";

eachWay("maxPoolWithArgmax: the largest of each window and its place, with every padding", async (run) => {
  const x = tf.tensor4d([3, 1, 2, 4, 9, 5, 8, 6, 7], [1, 3, 3, 1]);
  const pooled = (pad: "same" | "valid" | number) =>
    run((x) => {
      const { result, indexes } = tf.maxPoolWithArgmax(x as tf.Tensor4D, 2, 2, pad);
      return [result, indexes];
    }, x);
  const [same, samePlaces] = await pooled("same");
  assertTensor(same, [1, 2, 2, 1], [9, 5, 8, 7], 0);
  assertTensor(samePlaces, [1, 2, 2, 1], [4, 5, 6, 8], 0);
  const [valid, validPlaces] = await pooled("valid");
  assertTensor(valid, [1, 1, 1, 1], [9], 0);
  assertTensor(validPlaces, [1, 1, 1, 1], [4], 0);
  const [padded, paddedPlaces] = await pooled(1);
  assertTensor(padded, [1, 2, 2, 1], [3, 2, 8, 9], 0);
  assertTensor(paddedPlaces, [1, 2, 2, 1], [0, 2, 6, 4], 0);
});

eachWay("maxPoolWithArgmax: places go through the batch and the channels", async (run) => {
  const x = tf.tensor4d([1, 8, 2, 7, 3, 6, 4, 5], [2, 1, 2, 2]);
  const places = (includeBatch: boolean) =>
    run((x) => tf.maxPoolWithArgmax(x as tf.Tensor4D, [1, 2], 1, "valid", includeBatch).indexes, x);
  assertTensor(await places(false), [2, 1, 1, 2], [2, 1, 2, 1], 0);
  assertTensor(await places(true), [2, 1, 1, 2], [2, 1, 6, 5], 0);
});

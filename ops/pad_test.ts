import * as tf from "@tensorflow/tfjs-core";
import { assertTensor, eachWay } from "./testing.ts";

eachWay("pad: a negative padding crops, beside one that adds", async (run, way) => {
  const x = tf.tensor2d([[1, 2, 3], [4, 5, 6]]);
  assertTensor(await run((x) => tf.pad(x, [[0, -1], [0, -1]]), x), [1, 2], [1, 2], 0);
  assertTensor(await run((x) => tf.pad(x, [[1, 0], [0, 0]]), x), [3, 3], [0, 0, 0, 1, 2, 3, 4, 5, 6], 0);
  if (way === "cpu") return; // tfjs's own writes what it crops into what it adds
  assertTensor(await run((x) => tf.pad(x, [[0, 1], [-1, 2]], 9), x), [3, 4], [2, 3, 9, 9, 5, 6, 9, 9, 9, 9, 9, 9], 0);
});

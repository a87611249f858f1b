import * as tf from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { eachWay } from "./testing.ts";
import { filled } from "./filled.ts";

eachWay("filled: the values that were written", async (run) => {
  const count = (values: Float32Array) => values.forEach((_, i) => values[i] = i);
  const x = filled([2, 3], count);
  assertEquals([x.shape, x.dtype, [...x.dataSync()]], [[2, 3], "float32", [0, 1, 2, 3, 4, 5]]);
  assertEquals([...(await run((x: tf.Tensor) => tf.mul(x, 2), x)).dataSync()], [0, 2, 4, 6, 8, 10]);
  assertEquals([...filled([], (values) => values.fill(7)).dataSync()], [7]);
  assertEquals(filled([0, 3], count).size, 0);
});

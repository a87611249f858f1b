import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { assertAlmostEquals } from "@std/assert";
import { assertTensor, waves } from "../../ops/testing.ts";
import { jit } from "../jit.ts";
import { engineTest } from "../testing.ts";

engineTest("softmax: the same bits at once and in a graph, whichever kernel TensorFlow has for it there", async () => {
  const logits = tf.mul(waves<tf.Rank.R2>([32, 10]), 4);
  const both = (x: Tensor) => [tf.softmax(x), tf.grad((x: Tensor) => tf.sum(tf.square(tf.softmax(x))))(x)];
  const eager = both(logits), traced = await jit(both)(logits);
  eager.forEach((tensor, i) => assertTensor(traced[i], [32, 10], tensor.dataSync(), 0));
  const row = [...logits.dataSync()].slice(0, 10), sum = row.reduce((sum, x) => sum + Math.exp(x), 0);
  row.forEach((x, i) => assertAlmostEquals(eager[0].dataSync()[i], Math.exp(x) / sum, 1e-6));
});

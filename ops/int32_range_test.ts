import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import { assertEquals, assertRejects } from "@std/assert";
import { assertTensor, eachWay } from "./testing.ts";

const large = 2 ** 32 + 1;

/** By what is said of it: what once computed with 1 in its place. */
const wrapped: Readonly<Record<string, (x: Tensor1D) => Tensor>> = {
  "Fill: shape": () => tf.fill([large], 1),
  "Tile: reps": (x) => tf.tile(x, [large]),
  "Reshape: shape": (x) => tf.reshape(tf.slice(x, [0], [0]), [large, 0]),
  "Slice: begin": (x) => tf.slice(x, [large], [0]),
  "PadV2: paddings": (x) => tf.pad(x, [[0, large]]),
  "OneHot: depth": (x) => tf.oneHot(tf.cast<tf.Tensor1D>(x, "int32"), large),
  "ResizeBilinear: size": (x) => tf.image.resizeBilinear(tf.reshape<tf.Rank.R4>(x, [1, 1, 2, 1]), [large, 1]),
  "UnsortedSegmentSum: numSegments": (x) => tf.unsortedSegmentSum(x, tf.cast<tf.Tensor1D>(x, "int32"), large),
  "Cumsum: axis": (x) => tf.cumsum(x, large),
};

eachWay("sizes of more than 32 bits are refused by name, not cut", async (run, way) => {
  if (way === "cpu") return; // tfjs's own
  for (const [place, fn] of Object.entries(wrapped)) {
    assertEquals(
      (await assertRejects(async () => await run(fn, tf.tensor1d([0, 0])), RangeError)).message,
      `${place} has ${large}, and TensorFlow takes integers of 32 bits; keep it below 2^31`,
    );
  }
});

eachWay("values of more than 32 bits stay what they are", async (run) => {
  assertTensor(await run(() => tf.fill([1], 2 ** 40)), [1], [2 ** 40], 0);
  assertTensor(await run((x: Tensor1D) => tf.pad(x, [[0, 1]], -(2 ** 40)), tf.tensor1d([1])), [2], [1, -(2 ** 40)], 0);
});

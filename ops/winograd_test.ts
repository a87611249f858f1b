import * as tf from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { assert, assertEquals } from "@std/assert";
import { assertTensor, eachWay, waves, withGradients } from "./testing.ts";
import { winograd } from "./winograd.ts";

type Shape4 = [number, number, number, number];

const direct = (x: Tensor4D, kernel: Tensor4D) => tf.conv2d(x, kernel, 1, "same");

/**
 * Sides that tiles of 4 divide and that they do not, one tile and less; in several strips of an image, and of images.
 */
const shapes: readonly { readonly x: Shape4; readonly filters: number; readonly side?: 5 }[] = [
  { x: [1, 4, 4, 1], filters: 1 },
  { x: [2, 8, 12, 3], filters: 2 },
  { x: [2, 7, 5, 2], filters: 3 },
  { x: [1, 9, 6, 2], filters: 2 },
  { x: [3, 1, 2, 2], filters: 2 },
  { x: [1, 13, 3, 1], filters: 4 },
  { x: [2, 7, 9, 2], filters: 3, side: 5 },
  { x: [1, 3, 8, 1], filters: 2, side: 5 },
  { x: [1, 50, 56, 104], filters: 2 },
  { x: [11, 14, 13, 104], filters: 1 },
  { x: [1, 120, 115, 1], filters: 2 },
];

for (const { x: shape, filters, side = 3 } of shapes) {
  eachWay(
    `winograd ${side}×${side}, [${shape}] to ${filters}: values and gradients are the direct ones`,
    async (run) => {
      const x = waves<tf.Rank.R4>(shape), kernel = waves<tf.Rank.R4>([side, side, shape[3], filters], 0.25);
      const actual = await run(withGradients(winograd), x, kernel), expected = withGradients(direct)(x, kernel);
      // a sum of so many products, none above 1: float32 and the algorithm's points lose up to 3e-6 of each
      const terms = { y: side ** 2 * shape[3], x: side ** 2 * filters, kernel: shape[0] * shape[1] * shape[2] };
      for (const [i, [name, products]] of Object.entries(terms).entries()) {
        const wanted = expected[i].dataSync<"float32">();
        assertEquals(actual[i].shape, expected[i].shape, name);
        const error = actual[i].dataSync<"float32">()
          .reduce((most, value, j) => Math.max(most, Math.abs(value - wanted[j])), 0);
        assert(error <= 4e-6 * products, `${name}: off by ${error}`);
      }
    },
  );
}

eachWay("winograd: by hand, every output sums what its window covers", async (run) => {
  const x = tf.ones<tf.Rank.R4>([1, 3, 5, 1]), kernel = tf.ones<tf.Rank.R4>([3, 3, 1, 1]);
  const y = await run(winograd, x, kernel);
  assertTensor(y, [1, 3, 5, 1], [4, 6, 6, 6, 4, 6, 9, 9, 9, 6, 4, 6, 6, 6, 4], 2e-5);
});

import * as tf from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { averagePool, maxPool, type PoolingOptions } from "./pooling.ts";
import golden from "./golden/expected.json" with { type: "json" };
import { assertProjection, assertTensor, eachWay, waves, withGradients } from "./testing.ts";

type Shape4 = [number, number, number, number];

interface Case extends PoolingOptions {
  readonly pool: typeof maxPool;
  readonly name: keyof typeof golden.pooling;
  readonly x: Shape4;
  readonly y: Shape4;
}

// Expected values, made by golden/make_expected.py: F.max_pool2d and F.avg_pool2d in float64, of waves (less 3 where
// they are negative); the loss is the product of y with waves of phase 0.5.
// deno-fmt-ignore
const cases: readonly Case[] = [
  { pool: maxPool, name: "max pooling, 2×2", x: [2, 6, 4, 2], size: [2, 2], stride: [2, 2], padding: [0, 0], y: [2, 3, 2, 2] },
  { pool: maxPool, name: "max pooling, overlapping, padded, negative inputs", x: [1, 5, 7, 2], size: [3, 3], stride: [2, 2], padding: [1, 1], y: [1, 3, 4, 2] },
  { pool: maxPool, name: "max pooling, asymmetric, floor", x: [2, 7, 6, 1], size: [3, 2], stride: [2, 3], padding: [1, 0], y: [2, 4, 2, 1] },
  { pool: maxPool, name: "max pooling, half padding, stride 1", x: [1, 4, 5, 1], size: [3, 3], stride: [1, 1], padding: [1, 1], y: [1, 4, 5, 1] },
  { pool: averagePool, name: "average pooling, 2×2, floor", x: [2, 5, 7, 2], size: [2, 2], stride: [2, 2], padding: [0, 0], y: [2, 2, 3, 2] },
  { pool: averagePool, name: "average pooling, padding counts", x: [1, 5, 6, 2], size: [3, 3], stride: [2, 2], padding: [1, 1], y: [1, 3, 3, 2] },
  { pool: averagePool, name: "average pooling, asymmetric", x: [2, 6, 7, 1], size: [3, 2], stride: [1, 3], padding: [0, 1], y: [2, 4, 3, 1] },
  { pool: averagePool, name: "average pooling, half padding, stride 1", x: [1, 4, 5, 1], size: [3, 3], stride: [1, 1], padding: [1, 1], y: [1, 4, 5, 1] },
];

for (const { pool, name, x, y, ...options } of cases) {
  const expected = golden.pooling[name];
  eachWay(`${name}: values and gradient are PyTorch's`, async (run) => {
    const [output, dx] = await run(
      withGradients((x: Tensor4D) => pool(x, options)),
      tf.sub<Tensor4D>(waves(x), name.includes("negative") ? 3 : 0),
    );
    assertEquals<number[]>(output.shape, y);
    assertProjection(output, expected.y, "y");
    assertEquals<number[]>(dx.shape, x);
    assertProjection(dx, expected.dx, "gradient of x");
  });
}

eachWay("max pooling: padding never wins, and a window that does not fit is dropped", async (run) => {
  const options = { size: [2, 2], stride: [2, 2], padding: [1, 1] } as const;
  const x = tf.tensor4d([-1, -2, -3, -4, -5, -6, -7, -8], [1, 4, 2, 1]); // 4×2, padded 6×4
  assertTensor(await run((x) => maxPool(x, options), x), [1, 3, 2, 1], [-1, -2, -3, -4, -7, -8], 0);
});

eachWay("average pooling: padding counts as zeros, in the sum and in the number", async (run) => {
  const options = { size: [2, 2], stride: [2, 2], padding: [1, 1] } as const;
  const [y, dx] = await run(
    withGradients((x: Tensor4D) => averagePool(x, options), [1, 1, 1, 1]),
    tf.tensor4d([4, 8, 12, 16], [1, 2, 2, 1]),
  );
  assertTensor(y, [1, 2, 2, 1], [1, 2, 3, 4], 0);
  assertTensor(dx, [1, 2, 2, 1], [0.25, 0.25, 0.25, 0.25], 0);
});

// tfjs's specification has these values. Its gradient for them divides by the whole window, and so is not theirs.
eachWay("avgPool with explicit padding: means over the image alone, and natively their gradient", async (run, way) => {
  const padding = [[0, 0], [1, 2], [0, 1], [0, 0]] as [[0, 0], [number, number], [number, number], [0, 0]];
  const [y, dx] = await run(
    withGradients((x: Tensor4D) => tf.avgPool(x, 3, 1, padding), [0, 3, 0, 6, 0, 9, 0, 12]),
    tf.tensor4d([0, 1, 2, 3, 4, 5, 6, 7, 8], [1, 3, 3, 1]),
  );
  assertTensor(y, [1, 4, 2, 1], [2.5, 3, 4, 4.5, 5.5, 6, 7, 7.5]);
  if (way !== "cpu") assertTensor(dx, [1, 3, 3, 1], [0, 1.75, 1.75, 0, 4, 4, 0, 9.25, 9.25]);
});

// As PyTorch does: of equal maxima the first of a window, by rows, takes the gradient.
eachWay("max pooling: among ties the first takes the gradient", async (run) => {
  const dy = [1, 10, 100, 1000];
  const [, overlapping] = await run(
    withGradients((x: Tensor4D) => maxPool(x, { size: [2, 2], stride: [1, 1], padding: [0, 0] }), dy),
    tf.tensor4d([1, 1, 0, 2, 2, 1, 1, 0, 2, 2], [1, 2, 5, 1]),
  );
  assertTensor(overlapping, [1, 2, 5, 1], golden.poolingTies.overlapping, 0);
  const [, padded] = await run(
    withGradients((x: Tensor4D) => maxPool(x, { size: [3, 3], stride: [2, 2], padding: [1, 1] }), dy),
    tf.zeros<tf.Rank.R4>([1, 3, 3, 1]),
  );
  assertTensor(padded, [1, 3, 3, 1], golden.poolingTies.padded, 0);
});

eachWay("pooling: 1×1 windows, as many as the image has cells, are the image to tfjs", async (run) => {
  const image = waves<tf.Rank.R4>([1, 2, 2, 3]);
  for (const pool of [tf.maxPool, tf.avgPool]) {
    for (const [stride, padding] of [[1, 0], [2, 1]]) {
      const y = await run((x: Tensor4D) => pool(x, 1, stride, padding, "floor"), image);
      assertTensor(y, [1, 2, 2, 3], image.dataSync(), 0);
    }
    const [, dx] = await run(withGradients((x: Tensor4D) => pool(x, 1, 1, 0)), image);
    assertTensor(dx, [1, 2, 2, 3], waves([12], 0.5).dataSync(), 0);
  }
});

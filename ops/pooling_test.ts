import * as tf from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { averagePool, maxPool, type PoolingOptions } from "./pooling.ts";
import { assertProjection, assertTensor, eachWay, type Projection, waves, withGradients } from "./testing.ts";

type Shape4 = [number, number, number, number];

interface Case extends PoolingOptions {
  readonly kind: "max" | "average";
  readonly name: string;
  readonly x: Shape4;
  readonly y: Shape4;
  /** Of y, and of the gradient of x. */
  readonly projections: readonly [Projection, Projection];
}

// Expected values: PyTorch 2.13, F.max_pool2d and F.avg_pool2d in float64, of waves (less 3 where they are negative); the
// loss is the product of y with waves of phase 0.5.
// deno-fmt-ignore
const cases: readonly Case[] = [
  { kind: "max", name: "2×2", x: [2, 6, 4, 2], size: [2, 2], stride: [2, 2], padding: [0, 0], y: [2, 3, 2, 2], projections: [[-0.48513, 4.11502], [0.39555, 3.51399]] },
  { kind: "max", name: "overlapping, padded, negative inputs", x: [1, 5, 7, 2], size: [3, 3], stride: [2, 2], padding: [1, 1], y: [1, 3, 4, 2], projections: [[1.72307, 10.36939], [0.90112, 3.27377]] },
  { kind: "max", name: "asymmetric, floor", x: [2, 7, 6, 1], size: [3, 2], stride: [2, 3], padding: [1, 0], y: [2, 4, 2, 1], projections: [[-0.21373, 2.98506], [-0.90975, 2.60424]] },
  { kind: "max", name: "half padding, stride 1", x: [1, 4, 5, 1], size: [3, 3], stride: [1, 1], padding: [1, 1], y: [1, 4, 5, 1], projections: [[3.19207, 4.02994], [2.64346, 3.67528]] },
  { kind: "average", name: "2×2, floor", x: [2, 5, 7, 2], size: [2, 2], stride: [2, 2], padding: [0, 0], y: [2, 2, 3, 2], projections: [[-0.69549, 1.45367], [-0.57663, 1.75699]] },
  { kind: "average", name: "padding counts", x: [1, 5, 6, 2], size: [3, 3], stride: [2, 2], padding: [1, 1], y: [1, 3, 3, 2], projections: [[0.94648, 0.51676], [0.93926, 0.92443]] },
  { kind: "average", name: "asymmetric", x: [2, 6, 7, 1], size: [3, 2], stride: [1, 3], padding: [0, 1], y: [2, 4, 3, 1], projections: [[0.26036, 2.20867], [0.05102, 0.72953]] },
  { kind: "average", name: "half padding, stride 1", x: [1, 4, 5, 1], size: [3, 3], stride: [1, 1], padding: [1, 1], y: [1, 4, 5, 1], projections: [[2.92388, 1.1138], [3.32992, 1.13326]] },
];

for (const { kind, name, x, y, projections, ...options } of cases) {
  const pool = kind === "max" ? maxPool : averagePool;
  eachWay(`${kind} pooling, ${name}: values and gradient are PyTorch's`, async (run) => {
    const [output, dx] = await run(
      withGradients((x: Tensor4D) => pool(x, options)),
      tf.sub<Tensor4D>(waves(x), name.includes("negative") ? 3 : 0),
    );
    assertEquals<number[]>(output.shape, y);
    assertProjection(output, projections[0], "y");
    assertEquals<number[]>(dx.shape, x);
    assertProjection(dx, projections[1], "gradient of x");
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

// PyTorch 2.13: of equal maxima the first of a window, by rows, takes the gradient.
eachWay("max pooling: among ties the first takes the gradient", async (run) => {
  const dy = [1, 10, 100, 1000];
  const [, overlapping] = await run(
    withGradients((x: Tensor4D) => maxPool(x, { size: [2, 2], stride: [1, 1], padding: [0, 0] }), dy),
    tf.tensor4d([1, 1, 0, 2, 2, 1, 1, 0, 2, 2], [1, 2, 5, 1]),
  );
  assertTensor(overlapping, [1, 2, 5, 1], [1, 10, 0, 1100, 0, 0, 0, 0, 0, 0], 0);
  const [, padded] = await run(
    withGradients((x: Tensor4D) => maxPool(x, { size: [3, 3], stride: [2, 2], padding: [1, 1] }), dy),
    tf.zeros<tf.Rank.R4>([1, 3, 3, 1]),
  );
  assertTensor(padded, [1, 3, 3, 1], [1, 10, 0, 100, 1000, 0, 0, 0, 0], 0);
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

import type { Tensor5D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import golden from "./golden/expected.json" with { type: "json" };
import { assertProjection, assertTensor, eachWay, waves, withGradients } from "./testing.ts";

type Three = [number, number, number];

interface Case {
  readonly pool: typeof tf.maxPool3d;
  readonly name: keyof typeof golden.pooling3d;
  readonly x: [number, number, number, number, number];
  readonly size: Three;
  readonly stride: Three;
  readonly padding: number;
  readonly y: number[];
}

// Expected values, made by golden/make_expected.py: F.max_pool3d and F.avg_pool3d (count_include_pad=False) in
// float64, of waves (less 3 where they are negative); the loss is the product of y with waves of phase 0.5.
// deno-fmt-ignore
const cases: readonly Case[] = [
  { pool: tf.maxPool3d, name: "max pooling of volumes, 2×2×2", x: [2, 4, 4, 4, 2], size: [2, 2, 2], stride: [2, 2, 2], padding: 0, y: [2, 2, 2, 2, 2] },
  { pool: tf.maxPool3d, name: "max pooling of volumes, padded, negative inputs", x: [1, 4, 5, 6, 1], size: [2, 3, 4], stride: [1, 2, 2], padding: 1, y: [1, 5, 3, 3, 1] },
  { pool: tf.avgPool3d, name: "average pooling of volumes, padded", x: [1, 4, 5, 6, 2], size: [2, 2, 2], stride: [2, 1, 2], padding: 1, y: [1, 3, 6, 4, 2] },
  { pool: tf.avgPool3d, name: "average pooling of volumes, padded, overlapping", x: [2, 3, 4, 4, 1], size: [2, 3, 2], stride: [1, 1, 1], padding: 1, y: [2, 4, 4, 5, 1] },
  { pool: tf.avgPool3d, name: "average pooling of volumes, a window that does not fit", x: [1, 4, 4, 6, 2], size: [2, 2, 3], stride: [2, 2, 2], padding: 0, y: [1, 2, 2, 2, 2] },
];

for (const { pool, name, x, size, stride, padding, y } of cases) {
  const expected = golden.pooling3d[name];
  eachWay(`${name}: values and gradient are PyTorch's`, async (run, way) => {
    const [output, dx] = await run(
      withGradients((x: Tensor5D) => pool(x, size, stride, padding, "floor")),
      tf.sub<Tensor5D>(waves(x), name.includes("negative") ? 3 : 0),
    );
    assertEquals<number[]>(output.shape, y);
    assertProjection(output, expected.y, "y");
    assertEquals<number[]>(dx.shape, x);
    // tfjs's CPU backend is wrong in the gradients of padded windows
    if (way !== "cpu" || padding === 0) assertProjection(dx, expected.dx, "gradient of x");
  });
}

eachWay("average pooling of volumes: SAME leaves padding out, a window of nothing but padding is 0", async (run) => {
  const x = tf.range(1, 9).as5D(1, 2, 2, 2, 1);
  const same = await run((x) => tf.avgPool3d(x, 2, 1, "same"), x);
  assertTensor(same, [1, 2, 2, 2, 1], [4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8], 0);
  const far = await run((x) => tf.avgPool3d(x, [1, 1, 1], [1, 1, 2], 2), tf.ones<tf.Rank.R5>([1, 1, 1, 1, 1]));
  const middle = (2 * 5 + 2) * 3 + 1;
  assertTensor(far, [1, 5, 5, 3, 1], Array.from({ length: 75 }, (_, i) => i === middle ? 1 : 0), 0);
});

eachWay("average pooling of volumes: a window larger than the volume gives nothing", async (run) => {
  const y = await run((x) => tf.avgPool3d(x, [1, 1, 3], 1, "valid"), tf.ones<tf.Rank.R5>([1, 1, 1, 1, 1]));
  assertEquals<number[]>(y.shape, [1, 1, 1, 0, 1]);
});

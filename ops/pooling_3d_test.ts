import type { Tensor5D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { assertProjection, assertTensor, eachWay, type Projection, waves, withGradients } from "./testing.ts";

type Three = [number, number, number];

interface Case {
  readonly kind: "max" | "average";
  readonly name: string;
  readonly x: [number, number, number, number, number];
  readonly size: Three;
  readonly stride: Three;
  readonly padding: number;
  readonly y: number[];
  /** Of y, and of the gradient of x. */
  readonly projections: readonly [Projection, Projection];
}

// Expected values: PyTorch 2.13, F.max_pool3d and F.avg_pool3d (count_include_pad=False) in float64, of waves (less 3 where
// they are negative); the loss is the product of y with waves of phase 0.5.
// deno-fmt-ignore
const cases: readonly Case[] = [
  { kind: "max", name: "2×2×2", x: [2, 4, 4, 4, 2], size: [2, 2, 2], stride: [2, 2, 2], padding: 0, y: [2, 2, 2, 2, 2], projections: [[0.29174, 5.31823], [-1.05264, 4.03461]] },
  { kind: "max", name: "padded, negative inputs", x: [1, 4, 5, 6, 1], size: [2, 3, 4], stride: [1, 2, 2], padding: 1, y: [1, 5, 3, 3, 1], projections: [[-2.08822, 14.68606], [0.45792, 3.30685]] },
  { kind: "average", name: "padded", x: [1, 4, 5, 6, 2], size: [2, 2, 2], stride: [2, 1, 2], padding: 1, y: [1, 3, 6, 4, 2], projections: [[0.34374, 5.45657], [0.7799, 5.11656]] },
  { kind: "average", name: "padded, overlapping", x: [2, 3, 4, 4, 1], size: [2, 3, 2], stride: [1, 1, 1], padding: 1, y: [2, 4, 4, 5, 1], projections: [[-0.66211, 1.7662], [-0.92362, 5.74702]] },
  { kind: "average", name: "a window that does not fit", x: [1, 4, 4, 6, 2], size: [2, 2, 3], stride: [2, 2, 2], padding: 0, y: [1, 2, 2, 2, 2], projections: [[-0.00728, 0.06509], [-0.04652, 0.75899]] },
];

for (const { kind, name, x, size, stride, padding, y, projections } of cases) {
  const pool = kind === "max" ? tf.maxPool3d : tf.avgPool3d;
  eachWay(`${kind} pooling of volumes, ${name}: values and gradient are PyTorch's`, async (run, way) => {
    const [output, dx] = await run(
      withGradients((x: Tensor5D) => pool(x, size, stride, padding, "floor")),
      tf.sub<Tensor5D>(waves(x), name.includes("negative") ? 3 : 0),
    );
    assertEquals<number[]>(output.shape, y);
    assertProjection(output, projections[0], "y");
    assertEquals<number[]>(dx.shape, x);
    // tfjs's CPU backend is wrong in the gradients of padded windows
    if (way !== "cpu" || padding === 0) assertProjection(dx, projections[1], "gradient of x");
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

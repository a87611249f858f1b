import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor4D, Tensor5D } from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { eachWay } from "./testing.ts";

/** Batch, channels and filters of which one is 0. */
const sizes = [[0, 3, 2], [2, 3, 0], [2, 0, 2]] as const;

/** By name: the function of images and kernels, and the shape of what it makes of 4×4 images. */
type Windows = Record<string, readonly [(x: Tensor4D, filter: Tensor4D) => Tensor, (n: number, f: number) => number[]]>;

const convolutions: Windows = {
  "same": [(x, k) => tf.conv2d(x, k, 1, "same"), (n, f) => [n, 4, 4, f]],
  "stride 2": [(x, k) => tf.conv2d(x, k, 2, "valid"), (n, f) => [n, 1, 1, f]],
  "padding 1, stride 2": [(x, k) => tf.conv2d(x, k, 2, 1, "NHWC", 1, "floor"), (n, f) => [n, 2, 2, f]],
};

/** What a function gives, and its gradients by each of its inputs. */
const withGradients = (fn: (...xs: Tensor[]) => Tensor) => (...xs: Tensor[]): Tensor[] => {
  const { value, grads } = tf.valueAndGrads((...xs) => tf.sum(fn(...xs)))(xs);
  return [fn(...xs), value, ...grads];
};

/** Asserts shapes, and that every element is 0. */
function assertZeros(tensors: readonly Tensor[], shapes: readonly (readonly number[])[]): void {
  assertEquals(tensors.map(({ shape }) => shape), shapes);
  for (const tensor of tensors) assertEquals(tensor.dataSync().every((value) => value === 0), true);
}

for (const [name, [fn, shape]] of Object.entries(convolutions)) {
  eachWay(`convolution of nothing, ${name}: its shape, and gradients of 0`, async (run) => {
    for (const [n, c, f] of sizes) {
      const x = tf.ones<tf.Rank.R4>([n, 4, 4, c]), filter = tf.ones<tf.Rank.R4>([3, 3, c, f]);
      const results = await run(withGradients((x, filter) => fn(x as Tensor4D, filter as Tensor4D)), x, filter);
      assertZeros(results, [shape(n, f), [], x.shape, filter.shape]);
    }
  });
}

eachWay("depthwise, volume and fused convolution of an empty batch: their shapes", async (run) => {
  const x = tf.ones<tf.Rank.R4>([0, 4, 4, 3]), filter = tf.ones<tf.Rank.R4>([3, 3, 3, 2]);
  const depthwise = await run(
    withGradients((x, filter) => tf.depthwiseConv2d(x as Tensor4D, filter as Tensor4D, 1, "same")),
    x,
    filter,
  );
  assertZeros(depthwise, [[0, 4, 4, 6], [], x.shape, filter.shape]);
  const volumes = tf.ones<tf.Rank.R5>([0, 4, 4, 4, 3]), cube = tf.ones<tf.Rank.R5>([3, 3, 3, 3, 2]);
  const volume = await run(
    withGradients((x, filter) => tf.conv3d(x as Tensor5D, filter as Tensor5D, 2, "same")),
    volumes,
    cube,
  );
  assertZeros(volume, [[0, 2, 2, 2, 2], [], volumes.shape, cube.shape]);
  const options = { strides: 2, pad: "valid", activation: "relu" } as const;
  const fused = await run((x: Tensor4D, filter: Tensor4D) => tf.fused.conv2d({ x, filter, ...options }), x, filter);
  const both = await run(
    (x: Tensor4D, filter: Tensor4D) => tf.fused.depthwiseConv2d({ x, filter, ...options }),
    x,
    filter,
  );
  assertZeros([fused, both], [[0, 1, 1, 2], [0, 1, 1, 6]]);
});

eachWay("pooling of nothing: its shape, and a gradient of 0", async (run) => {
  for (const [n, c] of [[0, 3], [2, 0]]) {
    const x = tf.ones<tf.Rank.R4>([n, 4, 4, c]), volumes = tf.ones<tf.Rank.R5>([n, 4, 4, 4, c]);
    for (const pool of [tf.maxPool, tf.avgPool]) {
      for (const pad of ["same", "valid", 1] as const) {
        const side = pad === "valid" ? 1 : 2;
        const pooled = await run(
          withGradients((x) => pool(x as Tensor4D, 3, 2, pad, pad === 1 ? "floor" : undefined)),
          x,
        );
        assertZeros(pooled, [[n, side, side, c], [], x.shape]);
      }
    }
    for (const pool of [tf.maxPool3d, tf.avgPool3d]) {
      const pooled = await run(withGradients((x) => pool(x as Tensor5D, 3, 2, "valid")), volumes);
      assertZeros(pooled, [[n, 1, 1, 1, c], [], volumes.shape]);
    }
  }
});

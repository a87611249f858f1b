import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor1D, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import { assertRejects } from "@std/assert";
import { hardSigmoid, hardSwish, silu } from "./activations.ts";
import { attention } from "./attention.ts";
import { batchNorm } from "./batch_norm.ts";
import { biasAdd } from "./bias_add.ts";
import { convolution } from "./convolution.ts";
import { dense } from "./dense.ts";
import { dropout, stochasticDepth } from "./dropout.ts";
import { gelu } from "./gelu.ts";
import { layerNorm } from "./layer_norm.ts";
import { averagePool, maxPool } from "./pooling.ts";
import { assertGradients, eachWay, waves } from "./testing.ts";
import { winograd } from "./winograd.ts";

const seed = (): Tensor1D => tf.tensor1d([1, 2], "int32");
const image = [2, 5, 6, 3], windows = { size: [3, 2], stride: [2, 2], padding: [1, 0] } as const;

/** Running statistics, of which the output depends on none in training. */
const running = () => ({ mean: tf.zeros([3]), variance: tf.ones([3]) });

/** A function of tensors, and the shapes of its inputs. Edges of the functions lie further than 1/16 from every wave used. */
type Row = readonly [fn: (...xs: Tensor[]) => Tensor, ...shapes: readonly number[][]];

const rows: Readonly<Record<string, Row>> = {
  silu: [silu, [4, 3]],
  gelu: [gelu, [4, 3]],
  "hardSigmoid, within its edges": [hardSigmoid, [4, 3]],
  "hardSwish, within its edges": [hardSwish, [4, 3]],
  sigmoid: [(x) => tf.sigmoid(x), [4, 3]],
  dense: [dense, [2, 3, 4], [4, 5], [5]],
  biasAdd: [biasAdd, image, [3]],
  "convolution, of a stride and padding": [
    (x, kernel) =>
      convolution(x as Tensor4D, kernel as Tensor4D, { stride: [2, 1], padding: [1, 0], dilation: [1, 1], groups: 1 }),
    image,
    [3, 2, 3, 4],
  ],
  "convolution, in groups": [
    (x, kernel) =>
      convolution(x as Tensor4D, kernel as Tensor4D, { stride: [1, 1], padding: "same", dilation: [1, 1], groups: 3 }),
    image,
    [3, 3, 1, 6],
  ],
  winograd: [(x, kernel) => winograd(x as Tensor4D, kernel as Tensor4D), image, [3, 3, 3, 2]],
  averagePool: [(x) => averagePool(x as Tensor4D, windows), image],
  "batchNorm in training": [
    (x, scale, offset) =>
      batchNorm(x as Tensor4D, { scale, offset, ...running() }, { epsilon: 1e-3, momentum: 0.1, training: true })
        .output,
    image,
    [3],
    [3],
  ],
  layerNorm: [(x, scale, offset) => layerNorm(x, scale, offset, 1e-3), [3, 4, 5], [5], [5]],
  attention: [(qkv) => attention(qkv as Tensor3D, 2), [2, 3, 12]],
};

for (const [name, [fn, ...shapes]] of Object.entries(rows)) {
  eachWay(`gradients: ${name}: those of central differences`, async (run) => {
    await assertGradients(run, fn, shapes.map((shape, i) => waves([...shape], i)));
  });
}

for (const [name, drop] of Object.entries({ dropout, stochasticDepth })) {
  eachWay(`gradients: ${name}: those of central differences, by one mask`, async (run) => {
    await assertGradients(run, (x: Tensor) => drop(x, 0.4, seed()), [waves([6, 4])]);
  });
}

eachWay("gradients: maxPool: those of central differences, of steps too small to change a maximum", async (run) => {
  await assertGradients(run, (x: Tensor) => maxPool(x as Tensor4D, windows), [waves([...image])], { step: 2 ** -9 });
});

eachWay("assertGradients: a wrong gradient is named by its input and element", async (run) => {
  const wrong = (x: Tensor) =>
    tf.customGrad((x) => ({
      value: tf.square(x as Tensor),
      gradFunc: (dy: Tensor) => tf.mul(dy, x as Tensor), // without the factor 2
    }))(x);
  await assertRejects(
    () => assertGradients(run, (a: Tensor, b: Tensor) => tf.add(a, wrong(b)), [waves([3]), waves([3])]),
    Error,
    "gradient of input 1, element 0: 0.8",
  );
});

import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { waves, withGradients } from "../ops/testing.ts";
import { assertTraces, jit } from "../runtime/jit.ts";
import { engineTest } from "../runtime/testing.ts";
import { onGpu } from "../tests/needs.ts";
import { adaptivePool } from "./layers/adaptive_pool.ts";
import { batchNorm } from "./layers/batch_norm.ts";
import { compile, type Model } from "./compile/compile.ts";
import { concat } from "./combinators/concat.ts";
import { conv } from "./layers/conv.ts";
import { dense } from "./layers/dense.ts";
import { dropout } from "./layers/dropout.ts";
import { flatten } from "./layers/flatten.ts";
import { globalPool } from "./layers/global_pool.ts";
import { gelu, hardSigmoid, hardSwish, identity, relu, sigmoid, silu } from "./layers/activations.ts";
import { multiply } from "./combinators/multiply.ts";
import { patchEmbedding } from "./layers/patch_embedding.ts";
import { pool } from "./layers/pool.ts";
import { repeat } from "./combinators/repeat.ts";
import { residual } from "./combinators/residual.ts";
import type { Shape } from "./shape.ts";
import type { BuiltinLayers } from "./spec.ts";
import { stack } from "./combinators/stack.ts";
import { sum } from "./combinators/sum.ts";
import { attention } from "./layers/attention.ts";
import { classToken } from "./layers/class_token.ts";
import { layerNorm } from "./layers/layer_norm.ts";
import { layerScale } from "./layers/layer_scale.ts";
import { stochasticDepth } from "./layers/stochastic_depth.ts";
import { tokens } from "./layers/tokens.ts";
import { waveWeights } from "./testing.ts";

const image = [7, 6, 3], vector = [5], sequence = [5, 6];
const unit = stack({ conv: conv(3, 3, { padding: 1, bias: false }), bn: batchNorm(), relu: relu() });
const gate = stack([globalPool(), dense(3)]);

/**
 * A spec, the shape of an image that it takes, and what of it another kernel makes in a graph than eagerly, which adds
 * up in another order: a bias's gradient is made beside its kernel's (_MklNativeConv2DBackpropFilterWithBias; not in
 * groups), a strided convolution pads by itself (_MklNativePadWithConv2D), and maxima that overlap have a gradient of
 * oneDNN's (_MklNativeMaxPoolGrad); XLA compiles what ops/fuse.ts is given. A GPU adds up in another order each time.
 */
type Row<S> = readonly [spec: S, input: Shape, otherKernels?: readonly string[] | "all"];

/** Rows of every built-in type: one without does not compile. */
const rows: { readonly [K in keyof BuiltinLayers]: Readonly<Record<string, Row<BuiltinLayers[K]>>> } = {
  stack: {
    "of nothing": [stack([]), image],
    "of a convolution, batch norm, ReLU and pooling": [stack([unit, pool(2)]), image],
  },
  repeat: { "of three units": [repeat(3, unit), image] },
  residual: {
    "with x itself": [residual(unit), image],
    "with a shortcut": [
      residual(conv(4, 3, { stride: 2, padding: 1 }), { shortcut: conv(4, 1, { stride: 2 }) }),
      image,
      ["gradient of body/bias", "gradient of shortcut/bias"],
    ],
  },
  sum: { "of three": [sum({ a: unit, b: identity(), c: conv(3, 1) }), image, ["gradient of c/bias"]] },
  multiply: {
    "element by element": [multiply([conv(3, 1), unit]), image, ["gradient of 0/bias"]],
    "by a gate": [multiply({ image: identity(), gate }), image],
  },
  concat: {
    "of images": [concat([identity(), unit, conv(1, 1)]), image, ["gradient of 2/bias"]],
    "of vectors": [concat([dense(2), identity()]), vector],
  },
  identity: { "of an image": [identity(), image] },
  conv: {
    "with a bias": [conv(4, 3), image, ["gradient of bias"]],
    "without a bias": [conv(4, 3, { bias: false }), image],
    "of one pixel": [conv(4, 1), image, ["gradient of bias"]],
    "of an uneven kernel, stride and padding": [
      conv(4, [3, 2], { stride: [3, 2], padding: [0, 1] }),
      image,
      ["output", "gradient of bias"],
    ],
    "of an even kernel that keeps the size": [conv(4, [2, 3], { padding: "same" }), image, ["gradient of bias"]],
    "of half a window of padding": [conv(4, 5, { padding: 2 }), image, ["gradient of bias"]],
    "with dilation": [conv(4, 3, { padding: 2, dilation: 2 }), image, ["gradient of bias"]],
    "in groups": [conv(6, 3, { padding: 1, groups: 3 }), image],
    "in groups, with stride and dilation": [conv(6, 2, { stride: 2, padding: 1, dilation: [2, 3], groups: 3 }), image],
    "by Winograd's algorithm": [conv(128, 3, { padding: 1 }), [24, 24, 128]],
  },
  pool: {
    "of maxima": [pool(2), image],
    "of maxima, with stride and padding": [pool(3, { stride: [2, 1], padding: 1 }), image, ["gradient of x"]],
    "of means": [pool([2, 3], { kind: "average" }), image],
    "of means, with stride and padding": [pool(3, { kind: "average", stride: 2, padding: 1 }), image],
  },
  adaptivePool: {
    "of means that overlap": [adaptivePool([3, 4]), image],
    "of maxima that overlap": [adaptivePool([3, 4], { kind: "max" }), image],
    "of windows that fit": [adaptivePool([7, 3], { kind: "max" }), image],
    "to the size that it has": [adaptivePool([7, 6]), image],
  },
  globalPool: {
    "of means": [globalPool(), image],
    "of maxima": [globalPool({ kind: "max" }), image],
  },
  batchNorm: { "of three channels": [batchNorm({ momentum: 0.3, epsilon: 1e-3 }), image] },
  relu: {
    "of an image": [relu(), image],
    "of a vector": [relu(), vector],
  },
  dense: {
    "with a bias": [dense(4), vector],
    "without a bias": [dense(4, { bias: false }), vector],
  },
  dropout: {
    "of an image": [dropout(0.4), image],
    "of a vector": [dropout(0.4), vector],
  },
  flatten: { "of an image": [flatten(), image] },
  patchEmbedding: { "of uneven patches": [patchEmbedding(4, [7, 3]), image, ["gradient of bias"]] },
  tokens: { "of an image": [tokens(), image] },
  classToken: { "of tokens": [classToken(), sequence] },
  attention: { "of two heads": [attention({ heads: 2 }), sequence, "all"] },
  layerNorm: {
    "of tokens": [layerNorm(), sequence, "all"],
    "of an image": [layerNorm({ epsilon: 1e-3 }), image, "all"],
  },
  layerScale: { "of an image": [layerScale(), image] },
  stochasticDepth: { "of an image": [stochasticDepth(0.5), image] },
  gelu: { "of tokens": [gelu(), sequence, "all"] },
  sigmoid: { "of an image": [sigmoid(), image] },
  silu: { "of an image": [silu(), image] },
  hardSigmoid: { "of an image": [hardSigmoid(), image] },
  hardSwish: { "of an image": [hardSwish(), image] },
};

/** All that a model computes, by name: its output, its new statistics, and the gradients by x and by every weight. */
function pass({ parameters, apply }: Model, training: boolean) {
  const paths = parameters.map(({ path }) => path);
  return (x: Tensor, weights: Tensor[], seed: Tensor1D): Record<string, Tensor> => {
    const applied = (x: Tensor, ...values: Tensor[]) =>
      apply(Object.fromEntries(paths.map((path, i) => [path, values[i]])), x, { training, seed });
    const output = (x: Tensor, ...values: Tensor[]) => applied(x, ...values).output;
    const results = withGradients(output)(x, ...weights);
    const names = ["output", ...["x", ...paths].map((path) => `gradient of ${path}`)];
    return { ...applied(x, ...weights).state, ...Object.fromEntries(names.map((name, i) => [name, results[i]])) };
  };
}

for (const [type, specs] of Object.entries(rows)) {
  for (const [name, [spec, input, otherKernels = []]] of Object.entries(specs)) {
    engineTest(`layers: ${type} ${name}: values and gradients are traced what they are eagerly`, async () => {
      const model = compile(spec, { input });
      const x = waves([2, ...input]), weights = Object.values(waveWeights(model)), seed = tf.tensor1d([1, 2], "int32");
      for (const training of [false, true]) {
        const eagerly = pass(model, training), traced = jit(eagerly);
        const expected = eagerly(x, weights, seed), actual = await traced(x, weights, seed);
        assertTraces(traced, 1);
        assertEquals(Object.keys(actual), Object.keys(expected));
        for (const [what, tensor] of Object.entries(actual)) {
          const { shape, dtype } = expected[what], values = [...expected[what].dataSync()];
          assertEquals([what, tensor.shape, tensor.dtype], [what, shape, dtype]);
          const largest = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
          assert(Number.isFinite(largest), `${what} is not finite`);
          const differ = onGpu() || otherKernels === "all" || otherKernels.includes(what);
          const tolerance = differ ? 1e-5 * largest : 0;
          tensor.dataSync().forEach((value, i) =>
            assertAlmostEquals(value, values[i], tolerance, `${what}, element ${i}`)
          );
        }
      }
    });

    engineTest(`layers: ${type} ${name}: with frozen weights, the same values in every call`, async () => {
      const model = compile(spec, { input });
      const x = waves([2, ...input]), { apply, weights } = model.forInference(waveWeights(model));
      using frozen = jit((x: Tensor) => apply(weights, x), { freeze: true });
      const values = [...apply(weights, x).dataSync()], actual = await frozen(x), again = await frozen(x);
      const largest = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
      actual.dataSync().forEach((value, i) => assertAlmostEquals(value, values[i], 2e-6 * largest, `element ${i}`));
      assertEquals(again.dataSync(), actual.dataSync());
    });
  }
}

import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { assertTensor, eachWay, waves, withGradients } from "../../ops/testing.ts";
import { compile, type Model } from "./compile.ts";
import { concat } from "../combinators/concat.ts";
import { stack } from "../combinators/stack.ts";
import { adaptivePool } from "../layers/adaptive_pool.ts";
import { identity, relu } from "../layers/activations.ts";
import { batchNorm } from "../layers/batch_norm.ts";
import { conv } from "../layers/conv.ts";
import { pool } from "../layers/pool.ts";
import type { Spec } from "../spec.ts";
import { waveWeights } from "../testing.ts";

const unit = stack([conv(2, 3, { padding: 1 }), batchNorm(), relu()]);
const input = [4, 4, 1];

/** The shapes that the model's ReLUs compute, and its operations in order. */
async function profile(run: () => Tensor): Promise<{ rectified: number[][]; order: string[] }> {
  const { kernels } = await tf.profile(run);
  const rectified = kernels.filter(({ name }) => name === "Relu").map(({ outputShapes: [shape] }) => shape);
  const order = kernels.map(({ name }) => name).filter((name) => name === "Relu" || name === "MaxPool");
  return { rectified, order };
}

/** What training, training with `remat`, and inference run on a batch of one. */
function passes(model: Model): Record<string, () => Tensor> {
  const x = waves([1, ...input]), weights = waveWeights(model), folded = model.forInference(weights);
  return {
    training: () => model.apply(weights, x, { training: true }).output,
    remat: () => model.apply(weights, x, { training: true, remat: true }).output,
    inference: () => folded.apply(folded.weights, x),
  };
}

const exchanged: Readonly<Record<string, Spec>> = {
  "a pooling in the same stack": stack([conv(2, 3, { padding: 1 }), relu(), pool(2)]),
  "a pooling after the activation's stack": stack([unit, pool(2)]),
  "two activations before a pooling": stack([unit, relu(), pool(2)]),
  "adaptive pooling": stack([unit, adaptivePool(2, { kind: "max" })]),
};
for (const [name, spec] of Object.entries(exchanged)) {
  Deno.test(`poolFirst: ${name} runs before ReLU, in training, with remat and in inference`, async () => {
    await tf.setBackend("cpu");
    const model = compile(spec, { input });
    for (const run of Object.values(passes(model))) {
      const { rectified, order } = await profile(run);
      assertEquals(order[0], "MaxPool");
      assertEquals(rectified, order.slice(1).map(() => [1, 2, 2, 2]));
    }
    assertEquals(compile(spec, { input }).tree, model.tree);
  });
}

const kept: Readonly<Record<string, Spec>> = {
  "an average": stack([unit, pool(2, { kind: "average" })]),
  "a pooling of an activation that is read elsewhere too": stack([
    unit,
    concat([identity(), stack([pool(3, { stride: 1, padding: 1 })])]),
  ]),
  "a pooling after a layer that may decrease": stack([relu(), conv(2, 1), pool(2)]),
};
for (const [name, spec] of Object.entries(kept)) {
  Deno.test(`poolFirst: ${name} stays behind ReLU`, async () => {
    await tf.setBackend("cpu");
    for (const run of Object.values(passes(compile(spec, { input })))) {
      const { rectified } = await profile(run);
      assertEquals(rectified.map(([, height, width]) => [height, width]), [[4, 4]]);
    }
  });
}

eachWay("poolFirst: values and gradients are exactly those of ReLU before pooling", async (run) => {
  for (const pooling of [pool(2), pool(3, { stride: 2, padding: 1 })]) {
    const [both, first, second] = [stack([relu(), pooling]), relu(), pooling].map((spec) =>
      compile(spec, { input: [6, 6, 2] })
    );
    const apply = (model: Model, x: Tensor) => model.apply({}, x, { training: false }).output;
    const x = tf.concat([waves([1, 6, 6, 2]), tf.round(waves([1, 6, 6, 2]))]); // with ties, at 0 too
    const expected = await run(withGradients((x: Tensor) => apply(second, apply(first, x))), x);
    const actual = await run(withGradients((x: Tensor) => apply(both, x)), x);
    actual.forEach((tensor, i) => assertTensor(tensor, expected[i].shape, [...expected[i].dataSync()], 0));
  }
});

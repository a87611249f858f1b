import * as tf from "@tensorflow/tfjs-core";
import { assert } from "@std/assert";
import { compile, type Model } from "../../dsl/compile.ts";
import type { Weights } from "../../dsl/layer.ts";
import { buildModel } from "../../models/registry.ts";
import { globalNorm } from "../../ops/global_norm.ts";
import { jit } from "../../runtime/jit.ts";
import { bceWithLogits } from "../../train/loss.ts";
import { adamStep } from "../../train/optimizer.ts";
import { initialState } from "../../train/state.ts";
import { compileStep } from "../../train/step.ts";
import { useEngine } from "../engine.ts";
import { needs } from "../needs.ts";
import { referenceImages, referenceTargets, referenceWeights } from "./formula.ts";
import { torchName } from "./names.ts";
import reference from "./reference.json" with { type: "json" };

/** PyTorch's float64 numbers; the tolerance is of max|Δ| / max|value|. */
const tolerance = 1e-4;

/**
 * VGG-16's reference stands on the edge of a ReLU: in float32 one unit of its dense layers flips, and the gradient norms
 * move by up to 3e-3 (PyTorch's own float32: 1.2e-3).
 */
const exceptions: Readonly<Record<string, { readonly gradientNorms: number }>> = { vgg16: { gradientNorms: 5e-3 } };

for (const [name, expected] of Object.entries(reference.models)) {
  Deno.test(
    `parity, ${name}: logits, gradient norms and three steps are PyTorch's`,
    needs("ffi", "env", "run"),
    async () => {
      await useEngine();
      const model = compile(buildModel(name, { numClasses: 15, dropout: 0 }), { input: [224, 224, 1] });
      const images = referenceImages(), targets = referenceTargets();
      const weights = referenceWeights(model, name);
      near("logits", await logitsOf(model, weights, images), expected.eval.logits.flat());

      const norms = await gradientNorms(model, weights, images, targets);
      const names = [...norms.keys()].map((path) => torchName(name, path));
      const wanted = new Map(Object.entries(expected.gradient_norms));
      near(
        "gradient norms",
        [...norms.values()],
        names.map((n) => wanted.get(n) ?? NaN),
        exceptions[name]?.gradientNorms,
      );

      const step = compileStep(model, { weightDecay: 1e-4 });
      const seed = tf.tensor1d([0, 0], "int32");
      let state = initialState(model, weights, 5e-5).tensors;
      const losses: number[] = [], stepNorms: number[] = [];
      for (let i = 1; i <= 3; i++) {
        const [next, result] = await step(state, { images, targets, seed, maxNorm: 1, ...adamStep(i, 5e-5) });
        const [loss, norm] = result.dataSync();
        losses.push(loss);
        stepNorms.push(norm);
        result.dispose();
        state = next;
      }
      near("losses", losses, expected.train.map(({ loss }) => loss));
      near("norms of the steps", stepNorms, expected.train.map(({ gradient_norm }) => gradient_norm));
      near(
        "logits after three steps",
        await logitsOf(model, state.weights, images),
        expected.logits_after_training.flat(),
      );
      tf.dispose([{ ...state.weights }, { ...state.means }, { ...state.variances }, images, targets, seed]);
    },
  );
}

async function logitsOf(model: Model, weights: Weights, images: tf.Tensor4D): Promise<number[]> {
  const forward = jit((weights: Weights, images: tf.Tensor4D) =>
    model.apply(weights, images, { training: false }).output
  );
  const output = await forward(weights, images);
  const logits = [...output.dataSync()];
  output.dispose();
  return logits;
}

async function gradientNorms(model: Model, weights: Weights, images: tf.Tensor4D, targets: tf.Tensor2D) {
  const trainable = model.parameters.filter((parameter) => parameter.trainable).map(({ path }) => path);
  const norms = jit((weights: Weights, images: tf.Tensor4D, targets: tf.Tensor2D) => {
    const { grads } = tf.valueAndGrads(() => {
      const { output, state } = model.apply(weights, images, { training: true });
      tf.dispose({ ...state });
      return tf.mean<tf.Scalar>(bceWithLogits(output, targets));
    })(trainable.map((path) => weights[path]));
    return tf.stack(grads.map((gradient) => globalNorm([gradient])));
  });
  const output = await norms(weights, images, targets);
  const values = output.dataSync();
  output.dispose();
  return new Map(trainable.map((path, i) => [path, values[i]]));
}

function near(what: string, actual: readonly number[], expected: readonly number[], bound = tolerance): void {
  const difference = Math.max(...actual.map((value, i) => Math.abs(value - expected[i])));
  const error = difference / Math.max(...expected.map(Math.abs));
  if (Deno.env.get("SHOW_PARITY")) console.log(what, error.toExponential(1));
  assert(error <= bound, `${what}: max|Δ| / max|value| is ${error}, more than ${bound}`);
}

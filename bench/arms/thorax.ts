/** Thorax's own arms: the project's compiled training step and prediction, and its training step run op by op. */
import * as tf from "@tensorflow/tfjs-core";
import { compile, type Model } from "../../dsl/compile.ts";
import { compilePrediction } from "../../evaluate/predict.ts";
import { buildModel } from "../../models/registry.ts";
import { openEngine } from "../../runtime/open.ts";
import { referenceWeights } from "../../tests/parity/formula.ts";
import { bceWithLogits } from "../../train/loss.ts";
import { adamStep } from "../../train/optimizer.ts";
import { initialState } from "../../train/state.ts";
import { compileStep } from "../../train/step.ts";
import { batchImages, batchTargets } from "../batch.ts";
import type { Job } from "../job.ts";
import { serve, type Taken } from "./serve.ts";
import { runOpByOp } from "./op_by_op.ts";

await serve<Job>(async (job) => {
  tf.env().set("PROD", true); // no banner
  const { version } = await openEngine({ device: "cpu" });
  if (job.form === "eager") await runOpByOp();
  const model = compile(buildModel(job.model, { numClasses: job.classes, dropout: 0 }), {
    input: [job.size, job.size, 1],
  });
  const step = job.kind === "train" ? trainStep(model, job) : predictStep(model, job);
  return { step, builds: { deno: Deno.version.deno, "libtensorflow": version, tfjs: tf.version_core } };
});

/** The next step of the recipe, on the same batch each time. */
export function trainStep(model: Model, job: Job): () => Promise<Taken> {
  const step = compileStep(model, { weightDecay: job.weightDecay });
  let { tensors } = initialState(model, referenceWeights(model, job.model), job.learningRate);
  const { batchSize, size, classes, maxNorm } = job;
  const images = tf.tensor4d(batchImages(job), [batchSize, size, size, 1]);
  const targets = tf.tensor2d(batchTargets(job), [batchSize, classes]);
  const seed = tf.tensor1d([0, 0], "int32");
  let taken = 0;
  return async () => {
    const start = performance.now();
    const inputs = { images, targets, seed, maxNorm, ...adamStep(++taken, job.learningRate) };
    const running = step(tensors, inputs);
    const called = performance.now() - start; // a call traces before it returns its promise
    const [next, result] = await running;
    const [loss] = result.dataSync();
    result.dispose();
    tensors = next;
    return { ms: performance.now() - start, loss, traceMs: step.traces > 0 && taken === 1 ? called : undefined };
  };
}

/** A forward pass of the batch. */
export function predictStep(model: Model, job: Job): () => Promise<Taken> {
  const predict = compilePrediction(model);
  const weights = referenceWeights(model, job.model);
  const images = batchImages(job), targets = batchTargets(job);
  let first = true;
  return async () => {
    const start = performance.now();
    const running = predict(weights, images);
    const called = performance.now() - start;
    const logits = await running;
    const ms = performance.now() - start;
    const traceMs = first ? called : undefined;
    first = false;
    return { ms, loss: crossEntropy(logits, targets, job), traceMs };
  };
}

function crossEntropy(logits: Float32Array, targets: Float32Array, { batchSize, classes }: Job): number {
  const shape: [number, number] = [batchSize, classes];
  return tf.tidy(() => tf.mean(bceWithLogits(tf.tensor2d(logits, shape), tf.tensor2d(targets, shape))).dataSync()[0]);
}

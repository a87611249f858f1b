import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../../dsl/compile/compile.ts";
import { compilePrediction } from "../../evaluate/predict.ts";
import { referenceWeights } from "../../tests/parity/formula.ts";
import { sigmoidCrossEntropy } from "../../train/losses/bce_with_logits.ts";
import { type Adam, adam } from "../../train/optimizers/adam.ts";
import { stepScalars } from "../../train/optimizers/optimizers.ts";
import { initialState } from "../../train/state.ts";
import { compileStep, type StepInputs, type StepState } from "../../train/step.ts";
import { batchImages, batchTargets } from "../batch.ts";
import type { Job } from "../job.ts";
import type { Taken } from "./serve.ts";

/** Makes the arguments of the first training step. */
export function trainArguments(
  model: Model,
  job: Job,
): [StepState, Omit<StepInputs, "scalars">] {
  const { batchSize, size, classes } = job;
  const { tensors } = initialState(model, referenceWeights(model, job.model));
  return [tensors, {
    images: tf.tensor4d(batchImages(job), [batchSize, size, size, 1]),
    targets: tf.tensor2d(batchTargets(job), [batchSize, classes]),
    seed: tf.tensor1d([0, 0], "int32"),
  }];
}

/** The optimizer of a job. */
function optimizerOf({ learningRate, weightDecay }: Job): Adam {
  return adam({ learningRate, weightDecay });
}

/** The numbers of a job's step, from 1. */
export function scalarsOf(job: Job, step: number): Readonly<Record<string, number>> {
  const { learningRate, maxNorm } = job;
  return { ...stepScalars(optimizerOf(job), { step, epoch: 1, learningRate }), maxNorm };
}

/** Makes a function that takes the next training step, on the same batch each time. */
export function trainStep(model: Model, job: Job): () => Promise<Taken> {
  const step = compileStep(model, { ...job, optimizer: optimizerOf(job) });
  let [tensors, inputs] = trainArguments(model, job);
  let taken = 0;
  return async () => {
    const start = performance.now();
    const running = step(tensors, { ...inputs, scalars: scalarsOf(job, ++taken) });
    const called = performance.now() - start; // a call traces before it returns its promise
    const [next, result] = await running;
    const [loss] = result.dataSync();
    result.dispose();
    tensors = next;
    return { ms: performance.now() - start, loss, traceMs: step.traces > 0 && taken === 1 ? called : undefined };
  };
}

/** Makes a function that runs a forward pass of the batch. */
export function predictStep(model: Model, job: Job): () => Promise<Taken> {
  const prediction = compilePrediction(model, referenceWeights(model, job.model), job);
  const images = batchImages(job), targets = batchTargets(job);
  let first = true;
  return async () => {
    const start = performance.now();
    const running = prediction.logits(images);
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
  return tf.tidy(() =>
    tf.mean(sigmoidCrossEntropy(tf.tensor2d(logits, shape), tf.tensor2d(targets, shape))).dataSync()[0]
  );
}

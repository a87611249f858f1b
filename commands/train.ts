import * as tf from "@tensorflow/tfjs-core";
import { type Batches, openBatches } from "../data/batches.ts";
import { openDataset } from "../data/open_dataset.ts";
import { splitFilms } from "../data/split.ts";
import { verifyFilms } from "../data/verify.ts";
import { UserError } from "../errors.ts";
import { compilePrediction } from "../evaluate/predict.ts";
import { registry } from "../models/registry.ts";
import { nativeBackend } from "../ops/native.ts";
import { readTensors } from "../train/checkpoint.ts";
import { describe, type Description } from "../train/describe.ts";
import { openLog, trainLog } from "../train/log.ts";
import { featureBatches } from "../train/features.ts";
import { fineTune } from "../train/fine_tuning.ts";
import { fit } from "../train/loop.ts";
import { crossEntropy } from "../train/loss.ts";
import { appendMetrics } from "../train/metrics_file.ts";
import { type TrainOptions, trainOptions } from "../train/options.ts";
import { createRunFolder, modelName, type RunFolder, runFolder } from "../train/run_folder.ts";
import type { TrainState } from "../train/state.ts";
import { epochOrder } from "../train/training.ts";
import { replaceFile } from "../weights/atomic_file.ts";
import { openCheckpoint } from "../weights/checkpoint.ts";
import { defineCommand } from "./cli.ts";
import { interruptible } from "./interrupt.ts";
import { compileClassifier, modelDigest } from "./model_source.ts";
import { resumedModel, resumedOptions, resumedSplit } from "./resume.ts";
import { start } from "./start.ts";
import { testCheckpoint } from "./test_checkpoint.ts";
import { reportTest } from "./test_report.ts";
import { checkWeightsOptions } from "./trained_model.ts";

/** What the test of a run needs beside its description. */
interface Tested {
  readonly batches: Batches;
  readonly folder: RunFolder;
}

export const train = defineCommand({
  name: "train",
  summary: "train a model, validate it, and test the best of it",
  description: "Trains a model on chest films with the recipe of the README, and tests the weights of the lowest\n" +
    "validation loss: normal against abnormal. Without --data-dir it trains on synthetic films.",
  examples: [
    "deno task train --model resnet18 --epochs 8",
    "deno task train --model vgg16 --data-dir films --split-type rare-first",
    "deno task train --model my_model.ts --data-dir chestmnist_224.npz",
    "deno task train --test-only --ckpt-path checkpoints/RUN/best_model.safetensors",
    "deno task train --model resnet50 --weights resnet50.pth --data-dir films",
    "deno task train --model resnet50 --weights resnet50.pth --data-dir films --head-only",
    "deno task train --model resnet50 --weights resnet50.pth --freeze conv1,bn1,layer1 --lr-for fc=1e-3",
    "deno task train --resume checkpoints/RUN",
  ],
  options: trainOptions,
  run: (options, { given }) => options.testOnly ? testOnly(options) : trainRun(options, given),
});

async function testOnly({ ckptPath, weights, logDir = "logs", ...options }: TrainOptions): Promise<void> {
  if (ckptPath === undefined) throw new UserError("--test-only needs --ckpt-path FILE");
  if (weights !== undefined) throw new UserError("--test-only tests --ckpt-path, and not --weights");
  await testCheckpoint({ ...options, ckptPath, logDir, which: "test", json: false });
}

async function trainRun(asked: TrainOptions, given: Readonly<Record<string, unknown>>): Promise<number> {
  const options = asked.resume === undefined ? asked : await resumedOptions(asked.resume, given);
  const { model: name, resume } = options;
  if (options.xla && options.remat) {
    throw new UserError("--xla and --remat exclude each other: XLA computes nothing twice", {
      remedy: "Leave one of them out",
    });
  }
  if (name === undefined) {
    throw new UserError("train needs --model NAME|FILE.ts", {
      remedy: `The models are ${Object.keys(registry).join(", ")}`,
    });
  }
  if (resume === undefined) checkWeightsOptions(options);
  const dataset = await openDataset({ directory: options.dataDir, kind: options.dataset });
  const split = resume === undefined
    ? splitFilms(dataset, { seed: options.splitSeed })
    : await resumedSplit(resume, dataset);
  epochOrder(options, { dataset, split }, 1); // a sampler that cannot draw says so before anything is loaded
  const { imgSize: imageSize, dropout } = options;
  const { whole, modelSha256 } = resume === undefined
    ? {
      whole: await compileClassifier(name, { imageSize, labels: dataset.labels, dropout }),
      modelSha256: await modelDigest(name),
    }
    : await resumedModel(resume, options, given.model);
  const { model, rates, note, head } = fineTune(options, name, whole);
  await verifyFilms(dataset);

  const { state, normalization, notes = [] } = await start(options, { name, model, dataset });
  const folder = await openRun(options, name);
  for (const line of note ? [...notes, note] : notes) trainLog.info(line);
  const description = { name, model, dataset, split, options, modelSha256, normalization };
  const counts =
    `${split.train.length} films to train on, ${split.val.length} to validate, ${split.test.length} to test`;
  trainLog.info(`${modelName(name)} on ${dataset.name}: ${counts}; run folder ${folder.path}`);
  if (options.resume !== undefined) trainLog.info(`Going on after step ${state.progress.step}`);
  if (options.xla && !nativeBackend()?.isUsingGpuDevice) {
    trainLog.info("--xla is for a GPU, and none is used here: the step is what it is without it");
  }
  await using batches = openBatches(dataset, { imageSize, normalization, cacheBytes: head && 0 });
  const training = {
    ...description,
    batches,
    rates,
    folder,
    describe: (progress: TrainState["progress"]) => describe(description, progress),
  };
  using body = head && compilePrediction(head.body, state.tensors.weights, options);
  const onFeatures = head && body && { model: head.rest, batches: featureBatches(batches, body.logits) };
  const ended = await interruptible((signal) => fit({ ...training, ...onFeatures, signal }, state));
  tf.dispose(ended.state.tensors);
  if (ended.ending === "interrupted") {
    trainLog.info(`Interrupted; the state is kept. Go on with: deno task train --resume ${folder.path}`);
    return 130;
  }
  await testBest(training);
  return 0;
}

/** Makes the run folder and opens the log, or neither. */
async function openRun(options: TrainOptions, model: string): Promise<RunFolder> {
  const { splitType, ckptDir = "checkpoints", logDir = "logs", resume } = options;
  const now = new Date();
  const folder = resume === undefined ? await createRunFolder(ckptDir, model, splitType, now) : runFolder(resume);
  try {
    await openLog({ directory: logDir, model, splitType, test: false, now, console: console.error });
  } catch (error) {
    if (resume === undefined) await Deno.remove(folder.path, { recursive: true });
    throw error;
  }
  const config = `${JSON.stringify({ ...options, resume: undefined }, null, 2)}\n`;
  await replaceFile(folder.config, (append) => append(new TextEncoder().encode(config)));
  return folder;
}

/** Tests the weights of the lowest validation loss. */
async function testBest(
  { model, name, dataset, split, options, batches, folder }: Description & Tested,
): Promise<void> {
  using checkpoint = await openCheckpoint(folder.best);
  const { epoch, step } = checkpoint.metadata;
  const weights = await readTensors(checkpoint, folder.best, model.parameters);
  const { batchSize, precision } = options;
  const { probabilities, targets, examplesPerSecond } = await reportTest({
    ...{ model, name: modelName(name), weights, dataset, split, batches, batchSize, precision },
    ...{ checkpoint: folder.best, which: "test", report: folder.report, json: false },
  });
  const loss = crossEntropy(probabilities, targets, batchSize * dataset.labels.length);
  await appendMetrics(folder.metrics, { epoch, step, split: "test", loss, examples_per_second: examplesPerSecond });
}

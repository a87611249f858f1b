import * as tf from "@tensorflow/tfjs-core";
import { type Batches, openBatches } from "../data/stream/batches.ts";
import { darkFilmsNote } from "../data/checks/dark_films.ts";
import { identifyFilms, withDecoded } from "../data/identity/identify.ts";
import { openDataset } from "../data/readers/open_dataset.ts";
import type { Split } from "../data/splits/split.ts";
import { skipUnreadable, UnreadableFilmsError, withoutFilms } from "../data/checks/unreadable.ts";
import { verifyFilms } from "../data/checks/verify.ts";
import { UserError } from "../errors.ts";
import { compilePrediction } from "../evaluate/predict.ts";
import type { Cohort } from "../lineage/cohort.ts";
import { recordLineage } from "../lineage/record.ts";
import { recognize } from "../lineage/recognize.ts";
import { registry } from "../models/registry.ts";
import { nativeBackend } from "../ops/native.ts";
import { describeShares } from "../train/baseline.ts";
import { readTensors } from "../weights/checkpoint/model_weights.ts";
import { describe, type Description } from "../train/describe.ts";
import { trainLog } from "../train/log.ts";
import { featureBatches } from "../train/features.ts";
import { fineTune } from "../train/fine_tuning.ts";
import { fit } from "../train/loop.ts";
import { crossEntropy } from "../train/loss.ts";
import { appendMetrics } from "../train/metrics_file.ts";
import { type TrainOptions, trainOptions } from "../train/options.ts";
import { describeDiskUse, removeState, type RunFolder } from "../train/run_folder.ts";
import { writeSplit } from "../train/split_file.ts";
import type { TrainState } from "../train/state.ts";
import { modelName } from "../trained/model_name.ts";
import { describeUnlabeled, epochOrder } from "../train/training.ts";
import { openCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { lineageOf } from "../weights/checkpoint/checkpoint_metadata.ts";
import { type CommandContext, defineCommand } from "./cli.ts";
import { startEngine } from "./engine.ts";
import { decodeFiles, decodeUnknown } from "./identify.ts";
import { interruptible } from "./interrupt.ts";
import { compileClassifier, modelDigest } from "../trained/model_source.ts";
import { openRun } from "./open_run.ts";
import { resumedModel, resumedOptions } from "./resume.ts";
import { splitRun } from "./run_split.ts";
import { openStart } from "./start.ts";
import { evaluateCheckpoint } from "./evaluate_checkpoint.ts";
import { reportTest } from "./report_evaluation.ts";
import { checkWeightsOptions } from "./trained_model.ts";
import { trainVoids } from "./void_options.ts";

/** What the test of a run needs beside its description. */
interface Tested {
  readonly cohort: Cohort;
  readonly split: Split;
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
    "deno task train --test-only --ckpt-path best_model.pt --model resnet18 --data-dir films",
    "deno task train --model resnet50 --weights resnet50.pth --data-dir films",
    "deno task train --model resnet50 --weights resnet50.pth --data-dir films --head-only",
    "deno task train --model resnet50 --weights resnet50.pth --freeze conv1,bn1,layer1 --lr-for fc=1e-3",
    "deno task train --resume checkpoints/RUN",
  ],
  options: trainOptions,
  voids: trainVoids,
  run: (options, context) => options.testOnly ? testOnly(options, context) : trainRun(options, context),
});

async function testOnly(
  { logDir = "logs", ...options }: TrainOptions,
  context: CommandContext,
): Promise<void> {
  if (options.ckptPath === undefined) {
    throw new UserError("--test-only needs --ckpt-path FILE", {
      remedy: options.weights === undefined
        ? undefined
        : `It takes every file that --weights does. Type: ${context.commandInstead("--weights", "--ckpt-path")}`,
    });
  }
  if (options.weights !== undefined) throw new UserError("--test-only tests --ckpt-path, and not --weights");
  const imgSize = context.given.imgSize === undefined ? undefined : options.imgSize; // else the file's own size
  await evaluateCheckpoint({ ...options, imgSize, logDir, split: "test", keepSeen: false, json: false }, context);
}

async function trainRun(asked: TrainOptions, { given, ignored, commandInstead }: CommandContext): Promise<number> {
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
  const loading = new Date();
  const dataset = await openDataset({ directory: options.dataDir, kind: options.dataset });
  const { imgSize: imageSize, dropout } = options;
  const { whole, modelSha256 } = resume === undefined
    ? {
      whole: await compileClassifier(name, { imageSize, labels: dataset.labels, dropout }),
      modelSha256: await modelDigest(name),
    }
    : await resumedModel(resume, options, given.model);
  const { model, rates, note, head } = fineTune(options, name, whole);
  const { unreadable, note: leftOut } = await verifyFilms(dataset, options);
  const cohort = await identifyFilms(dataset);
  using start = await openStart(options, { name, model, dataset }, { commandInstead });
  const { normalization, lineage: before } = start;
  await using batches = openBatches(dataset, {
    ...{ imageSize, channels: [normalization], cacheBytes: head && 0, unreadable },
    onUnreadable: (film, reason) => leaveOut(film, reason),
  });
  await decodeUnknown(batches, dataset, recognize(before, cohort));
  const known = () => withDecoded(cohort, batches);
  const { split, notes } = splitRun({ options, given, dataset, cohort: known(), lineage: before });
  const readable = withoutFilms(split, unreadable);
  epochOrder(options, { dataset, split: readable }, 1); // a sampler that cannot draw says so before anything is loaded

  const initializing = new Date();
  const engine = await startEngine(options);
  const state = await start.state();
  const folder = await openRun(options, { model: name, engine, loading, initializing });
  await writeSplit(folder.split, dataset, split);
  const lines = [
    ...[...ignored, ...dataset.notes, ...start.notes, ...notes],
    ...[
      note,
      leftOut,
      await darkFilmsNote(dataset.films.flatMap(({ path }) => path ?? [])),
      describeUnlabeled(options, dataset),
    ],
  ];
  for (const line of lines) if (line !== undefined) trainLog.info(line);
  const { train: films, val, test } = readable;
  const counts = `${films.length} films to train on, ${val.length} to validate, ${test.length} to test`;
  trainLog.info(`${modelName(name)} on ${dataset.name}: ${counts}; run folder ${folder.path}`);
  if (start.path !== undefined) trainLog.info(`Loaded model from ${start.path}`);
  if (options.resume !== undefined) trainLog.info(`Going on after step ${state.progress.step}`);
  if (options.xla && !nativeBackend()?.isUsingGpuDevice) {
    trainLog.info("--xla is for a GPU, and none is used here: the step is what it is without it");
  }
  const leaveOut = skipUnreadable(dataset, { total: films.length + val.length + test.length, log: trainLog.info });
  await decodeFiles(batches, dataset, test, { keep: false }); // so that copies of them are known as the test's
  const lineage = recordLineage({ before, resumed: resume !== undefined, split, cohort: known });
  const description = { name, model, dataset, options, modelSha256, normalization, lineage };
  const training = {
    ...{ ...description, split: readable, batches, rates, folder },
    describe: (progress: TrainState["progress"]) => describe(description, progress),
  };
  for (const line of describeShares(training)) trainLog.info(line);
  trainLog.info("Starting training...");
  using body = head && compilePrediction(head.body, state.tensors.weights, options);
  const onFeatures = head && body && { model: head.rest, batches: featureBatches(batches, body.logits) };
  const ended = await resumable(folder, interruptible((signal) => fit({ ...training, ...onFeatures, signal }, state)));
  tf.dispose(ended.state.tensors);
  if (ended.ending === "interrupted") {
    trainLog.info(`Interrupted; the state is kept. Go on with: deno task train --resume ${folder.path}`);
    return 130;
  }
  await resumable(folder, testBest({ ...training, split, cohort }));
  if (!options.keepState) await removeState(folder);
  trainLog.info(await describeDiskUse(folder));
  return 0;
}

/** Says how to go on where too many films cannot be decoded: the run's state is kept. */
async function resumable<T>({ path }: RunFolder, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UnreadableFilmsError) {
      trainLog.info(
        `Too many films cannot be decoded; the state is kept. Go on with: deno task train --resume ${path}`,
      );
    }
    throw error;
  }
}

/** Tests the weights of the lowest validation loss. */
async function testBest(
  { model, name, dataset, cohort, split, options, batches, folder }: Description & Tested,
): Promise<void> {
  using checkpoint = await openCheckpoint(folder.best);
  const { metadata } = checkpoint, { epoch, step } = metadata;
  const weights = await readTensors(checkpoint, folder.best, model.parameters);
  trainLog.info("Testing...");
  trainLog.info(`Loaded tested model from ${folder.best}`);
  const { batchSize, precision } = options;
  const { predictions: { logits, targets }, examplesPerSecond } = await reportTest({
    ...{ model, name: modelName(name), weights, dataset, cohort, batches, batchSize, precision },
    ...{
      lineage: lineageOf(metadata),
      synthetic: dataset.synthetic,
      testFilms: { split: "test", films: split.test, notes: [] },
    },
    ...{ checkpoint: folder.best, report: folder.report },
  });
  if (logits.length === 0) return; // its one film is unreadable: the report says so
  const loss = crossEntropy(logits, targets, batchSize * dataset.labels.length);
  await appendMetrics(folder.metrics, { epoch, step, split: "test", loss, examples_per_second: examplesPerSecond });
}

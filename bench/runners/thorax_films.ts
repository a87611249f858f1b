/** Thorax's training step on films: fed by the training loop, or with batches that are already in memory. */
import * as tf from "@tensorflow/tfjs-core";
import { type Batch, openBatches } from "../../data/stream/batches.ts";
import { openDataset } from "../../data/readers/open_dataset.ts";
import { splitFilms } from "../../data/splits/split.ts";
import { compile } from "../../dsl/compile/compile.ts";
import { buildModel } from "../../models/registry.ts";
import { openEngine } from "../../runtime/open.ts";
import { trainEpoch } from "../../train/epoch.ts";
import { adamStep } from "../../train/optimizer.ts";
import { checkOptions, trainOptions } from "../../train/options.ts";
import { runFolder } from "../../train/run_folder.ts";
import { initialState, type TrainState } from "../../train/state.ts";
import { compileStep, type Step } from "../../train/step.ts";
import { epochOrder, type Training } from "../../train/training.ts";
import { batchTensors } from "../../train/validate.ts";
import type { Job } from "../job.ts";
import { serve, type Taken } from "./serve.ts";

interface FilmsJob extends Job {
  readonly dataDir: string;
  readonly temporary: string;
}

/** How many batches of the first epoch are kept decoded. */
const keptBatches = 64;

await serve<FilmsJob>(async ({ form, dataDir, temporary, ...job }) => {
  tf.env().set("PROD", true); // no banner
  const { version } = await openEngine({ device: "cpu" });
  const { model: name, size: imgSize, batchSize, learningRate: lr, weightDecay } = job;
  const options = checkOptions(trainOptions, { model: name, imgSize, batchSize, lr, weightDecay });
  const dataset = await openDataset({ directory: dataDir, kind: options.dataset });
  const split = splitFilms(dataset, { seed: options.splitSeed });
  const spec = buildModel(name, { numClasses: dataset.labels.length, dropout: 0 });
  const model = compile(spec, { input: [imgSize, imgSize, 1] });
  const batches = openBatches(dataset, { imageSize: imgSize, cacheBytes: 0 }); // every film is decoded each time
  const step = compileStep(model, job), state = initialState(model, model.init(options.seed), lr);
  const films = { model, options, dataset, split, batches, folder: runFolder(temporary) };
  return {
    step: form === "decoded" ? await bareSteps(films, step, state) : await loopSteps(films, step, state),
    builds: { deno: Deno.version.deno, libtensorflow: version, tfjs: tf.version_core },
  };
});

type Films = Omit<Training, "describe" | "signal">;

/** Takes steps on batches of the first epoch that are already decoded. */
async function bareSteps(films: Films, step: Step, { tensors }: TrainState): Promise<() => Promise<Taken>> {
  const { model, options, batches } = films, { batchSize, lr } = options;
  const order = epochOrder(options, films, 1).slice(0, keptBatches * batchSize);
  const kept: Batch[] = [];
  for await (const batch of batches.stream(order, { batchSize })) if (batch.size === batchSize) kept.push(batch);
  if (kept.length === 0) throw new Error(`there are fewer than ${batchSize} films to train on`);
  let taken = 0;
  return async () => {
    const start = performance.now();
    const inputs = { ...batchTensors(kept[taken % kept.length], model), seed: noSeed(), maxNorm: 1 };
    const [next, result] = await step(tensors, { ...inputs, ...adamStep(++taken, lr) });
    const [loss] = result.dataSync();
    tf.dispose([inputs.images, inputs.targets, inputs.seed, result]);
    tensors = next;
    return { ms: performance.now() - start, loss };
  };
}

function noSeed(): tf.Tensor1D {
  return tf.tensor1d([0, 0], "int32");
}

/** The loop of the train command, epoch after epoch, held up before each step until it is asked for. */
async function loopSteps(films: Films, step: Step, state: TrainState): Promise<() => Promise<Taken>> {
  const training: Training = { ...films, describe: unused, signal: new AbortController().signal };
  let ready = Promise.withResolvers<void>(), asked = Promise.withResolvers<void>(), loss = NaN;
  const heldStep: Step = Object.assign(async (...given: Parameters<Step>) => {
    ready.resolve();
    await asked.promise;
    asked = Promise.withResolvers();
    const answer = await step(...given);
    [loss] = answer[1].dataSync();
    return answer;
  }, step);
  const epochs = async () => {
    for (let epoch = 1;; epoch++) ({ state } = await trainEpoch(training, heldStep, state, epoch));
  };
  void epochs(); // its error ends the program
  await ready.promise;
  return async () => {
    const start = performance.now();
    ready = Promise.withResolvers();
    asked.resolve();
    await ready.promise; // until the next batch is there
    return { ms: performance.now() - start, loss };
  };
}

function unused(): never {
  throw new Error("an epoch describes nothing");
}

/** Thorax's training step on films: fed by the training loop, or with batches that are already in memory. */
import * as tf from "@tensorflow/tfjs-core";
import { type Batch, openBatches } from "../../data/stream/batches.ts";
import { openDataset } from "../../data/readers/open_dataset.ts";
import { splitFilms } from "../../data/splits/split.ts";
import { compile } from "../../dsl/compile/compile.ts";
import { buildModel } from "../../models/registry.ts";
import { openEngine } from "../../runtime/open.ts";
import { trainEpoch } from "../../train/epoch.ts";
import { metricsCsv } from "../../train/observers/metrics_csv.ts";
import { watch } from "../../train/observers/watch.ts";
import { adam } from "../../train/optimizers/adam.ts";
import { stepScalars } from "../../train/optimizers/optimizers.ts";
import { documentRecipe } from "../../train/recipe.ts";
import { runFolder } from "../../train/run/run_folder.ts";
import { initialState, type TrainState } from "../../train/state.ts";
import { compileStep, type Step } from "../../train/step.ts";
import { epochOrder, type Training, trainingOf } from "../../train/training.ts";
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
  const { model: name, size: imgSize, batchSize, learningRate, weightDecay } = job;
  const recipe = { ...documentRecipe, optimizer: adam({ learningRate, weightDecay }) };
  const dataset = await openDataset({ directory: dataDir });
  const split = splitFilms(dataset, { seed: 42 });
  const spec = buildModel(name, { numClasses: dataset.labels.length, dropout: 0 });
  const model = compile(spec, { input: [imgSize, imgSize, 1] });
  const batches = openBatches(dataset, { imageSize: imgSize, cacheBytes: 0 }); // every film is decoded each time
  const { optimizer } = recipe, step = compileStep(model, { ...job, optimizer });
  const training = trainingOf({ model, dataset, split, batches, recipe, batchSize }), { seed } = training;
  const state = initialState(model, model.init(seed), recipe);
  return {
    step: form === "decoded"
      ? await bareSteps(training, step, state)
      : await loopSteps(training, step, state, runFolder(temporary).metrics),
    builds: { deno: Deno.version.deno, libtensorflow: version, tfjs: tf.version_core },
  };
});

/** Takes steps on batches of the first epoch that are already decoded. */
async function bareSteps(training: Training, step: Step, { tensors }: TrainState): Promise<() => Promise<Taken>> {
  const { model, batches, batchSize, recipe: { optimizer } } = training, { learningRate } = optimizer;
  const order = epochOrder(training, 1).slice(0, keptBatches * batchSize);
  const kept: Batch[] = [];
  for await (const batch of batches.stream(order, { batchSize })) if (batch.size === batchSize) kept.push(batch);
  if (kept.length === 0) throw new Error(`there are fewer than ${batchSize} films to train on`);
  let taken = 0;
  return async () => {
    const start = performance.now();
    const inputs = { ...batchTensors(kept[taken % kept.length], model), seed: noSeed() };
    const scalars = stepScalars(optimizer, { step: ++taken, epoch: 1, learningRate });
    const [next, result] = await step(tensors, { ...inputs, scalars });
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
async function loopSteps(
  training: Training,
  step: Step,
  state: TrainState,
  metrics: string,
): Promise<() => Promise<Taken>> {
  const { tell } = watch([metricsCsv(metrics)]);
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
    for (let epoch = 1;; epoch++) ({ state } = await trainEpoch(training, heldStep, state, epoch, { tell }));
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

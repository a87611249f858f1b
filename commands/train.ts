import { openBatches } from "../data/batches.ts";
import { openDataset } from "../data/open_dataset.ts";
import { splitFilms } from "../data/split.ts";
import { verifyFilms } from "../data/verify.ts";
import { UserError } from "../errors.ts";
import { registry } from "../models/registry.ts";
import { loadWeights } from "../train/checkpoint.ts";
import { describe } from "../train/describe.ts";
import { epochOrder, fit } from "../train/loop.ts";
import { openLog, trainLog } from "../train/log.ts";
import { checkOptions, flagOf, type Option, type TrainOptions, trainOptions } from "../train/options.ts";
import { createRunFolder, modelName, type RunFolder, runFolder } from "../train/run_folder.ts";
import { loadState } from "../train/state_file.ts";
import { initialState } from "../train/state.ts";
import { defineCommand } from "./cli.ts";
import { startEngine } from "./engine.ts";
import { compileSource, resolveModel } from "./model_source.ts";
import { testCheckpoint } from "./test_checkpoint.ts";
import { reportTest } from "./test_report.ts";

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
    "deno task train --resume checkpoints/RUN",
  ],
  options: trainOptions,
  run: (options, { given }) => options.testOnly ? testOnly(options) : trainRun(options, given),
});

async function testOnly(options: TrainOptions): Promise<void> {
  const { ckptPath, logDir = "logs", model } = options;
  if (ckptPath === undefined) throw new UserError("--test-only needs --ckpt-path FILE");
  const name = model ?? ckptPath;
  await openLog({
    ...{ directory: logDir, model: name, splitType: options.splitType, test: true },
    now: new Date(),
    console: console.error,
  });
  await testCheckpoint({ ...options, ckptPath, which: "test", json: false });
}

async function trainRun(asked: TrainOptions, given: Readonly<Record<string, unknown>>): Promise<number> {
  const options = asked.resume === undefined ? asked : await resumedOptions(asked.resume, given);
  const { model: name, dataDir, ckptDir = "checkpoints", logDir = "logs", ckptPath, resume } = options;
  if (name === undefined) {
    throw new UserError("train needs --model NAME|FILE.ts", {
      remedy: `The models are ${Object.keys(registry).join(", ")}`,
    });
  }
  if (resume !== undefined && ckptPath !== undefined && given.ckptPath !== undefined) {
    throw new UserError("--resume goes on from the run's own state", { remedy: "Leave --ckpt-path out" });
  }
  const dataset = await openDataset({ directory: dataDir, kind: options.dataset });
  const split = splitFilms(dataset, { seed: options.splitSeed });
  epochOrder(options, { dataset, split }, 1); // a sampler that cannot draw says so before anything is loaded
  await verifyFilms(dataset);
  const source = await resolveModel(name, { numClasses: dataset.labels.length, dropout: options.dropout });
  const model = compileSource(source, name, [options.imgSize, options.imgSize, 1]);
  await startEngine(options);

  const resumed = resume === undefined ? undefined : await loadState(runFolder(resume).state, model);
  const state = resumed ?? initialState(
    model,
    ckptPath === undefined ? model.init(options.seed) : await loadWeights(ckptPath, model),
    options.lr,
  );
  const now = new Date();
  const folder = resume === undefined
    ? await createRunFolder(ckptDir, name, options.splitType, now)
    : runFolder(resume);
  await openLog({
    ...{ directory: logDir, model: name, splitType: options.splitType, test: false },
    now,
    console: console.error,
  });
  await Deno.writeTextFile(folder.config, `${JSON.stringify(options, null, 2)}\n`);
  trainLog.info(
    `${
      modelName(name)
    } on ${dataset.name}: ${split.train.length} films to train on, ${split.val.length} to validate, ` +
      `${split.test.length} to test; run folder ${folder.path}`,
  );

  await using batches = openBatches(dataset, { imageSize: options.imgSize });
  const description = { name, model, dataset, split, options };
  using interrupt = onInterrupt();
  const { ending } = await fit({
    ...description,
    batches,
    folder,
    describe: (progress) => describe(description, progress),
    signal: interrupt.signal,
  }, state);
  if (ending === "interrupted") {
    console.error(`Interrupted; the state is kept. Go on with: deno task train --resume ${folder.path}`);
    return 130;
  }
  const weights = await loadWeights(folder.best, model);
  const { batchSize } = options;
  const report = { model, name: modelName(name), weights, dataset, split, batches, batchSize };
  await reportTest({ ...report, checkpoint: folder.best, which: "test", report: folder.report, json: false });
  return 0;
}

/** The options of a run that goes on: its own, and those given now that may change. */
async function resumedOptions(run: string, given: Readonly<Record<string, unknown>>): Promise<TrainOptions> {
  const { config } = runFolder(run);
  const stored = checkOptions(trainOptions, await readConfig(config), config);
  for (const [name, value] of Object.entries(given)) {
    const definition: Option = trainOptions[name as keyof TrainOptions];
    const kept = stored[name as keyof TrainOptions];
    if (definition.mayChange || name === "resume" || value === kept) continue;
    throw new UserError(`${flagOf(name, definition)} cannot change on resume: in ${config} it is ${kept ?? "not set"}`);
  }
  return checkOptions(trainOptions, { ...stored, ...given });
}

async function readConfig(path: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (cause) {
    throw new UserError(`${path} cannot be read`, { remedy: "--resume takes a run folder, as train makes it", cause });
  }
}

/** A signal that the first Ctrl-C aborts; the second ends the process. */
function onInterrupt(): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const listener = () => {
    if (controller.signal.aborted) Deno.exit(130);
    console.error("Finishing the step …");
    controller.abort();
  };
  Deno.addSignalListener("SIGINT", listener);
  return { signal: controller.signal, [Symbol.dispose]: () => Deno.removeSignalListener("SIGINT", listener) };
}

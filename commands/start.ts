import type { Dataset } from "../data/dataset.ts";
import { type Normalization, toUnitRange } from "../data/normalization.ts";
import type { Model } from "../dsl/compile.ts";
import { readFitted, readTensors } from "../train/checkpoint.ts";
import type { TrainOptions } from "../train/options.ts";
import { modelName, runFolder } from "../train/run_folder.ts";
import { initialState, type TrainState } from "../train/state.ts";
import { loadState } from "../train/state_file.ts";
import { openCheckpoint } from "../weights/checkpoint.ts";
import { fitWeights } from "../weights/fit.ts";
import { channelScales } from "../weights/names/naming.ts";
import { openWeights } from "../weights/tensor_source.ts";
import { startEngine } from "./engine.ts";
import { checkLabels } from "./recorded.ts";

/** Where a run begins: its state, and how its films are normalised, which is as the weights are used to. */
export interface Start {
  readonly state: TrainState;
  readonly normalization: Normalization;
  /** What was made of another library's weights, a line each. */
  readonly notes?: readonly string[];
}

/** What is trained on what. */
interface Trained {
  /** As `--model` named it. */
  readonly name: string;
  readonly model: Model;
  readonly dataset: Dataset;
}

/** The run's own state, or a new one of the weights that are named, or of fresh ones. Starts the engine. */
export async function start(options: TrainOptions, trained: Trained): Promise<Start> {
  const { ckptPath, resume, weights } = options;
  if (resume !== undefined) return await startAgain(runFolder(resume).state, options, trained);
  if (ckptPath !== undefined) return await startFromCheckpoint(ckptPath, options, trained);
  if (weights !== undefined) return await startFromWeights(weights, options, trained);
  await startEngine(options);
  const { model } = trained;
  return { state: initialState(model, model.init(options.seed), options.lr), normalization: toUnitRange };
}

async function startAgain(path: string, options: TrainOptions, { model }: Trained): Promise<Start> {
  using recorded = await openCheckpoint(path);
  await startEngine(options);
  return { state: await loadState(path, model), normalization: recorded.metadata.preprocessing };
}

async function startFromCheckpoint(path: string, options: TrainOptions, { model, dataset }: Trained): Promise<Start> {
  using checkpoint = await openCheckpoint(path);
  checkLabels(path, checkpoint.metadata, dataset);
  await startEngine(options);
  const weights = await readTensors(checkpoint, path, model.parameters);
  return { state: initialState(model, weights, options.lr), normalization: checkpoint.metadata.preprocessing };
}

async function startFromWeights(path: string, options: TrainOptions, { name, model }: Trained): Promise<Start> {
  const { names: library, strict, seed, lr } = options;
  using file = await openWeights(path);
  const fit = fitWeights(file, { model, name: modelName(name), library, strict, headless: true });
  await startEngine(options);
  const weights = await readFitted(fit, model, seed);
  const [normalization] = channelScales(fit.input, 1);
  return { state: initialState(model, weights, lr), normalization, notes: fit.notes };
}

import type { Dataset } from "../data/dataset.ts";
import { defaultNormalization, type Normalization } from "../data/images/normalization.ts";
import type { Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import type { Generation } from "../lineage/generation.ts";
import { checkFilmSize, readFitted, readTensors } from "../weights/checkpoint/model_weights.ts";
import type { TrainOptions } from "../train/options.ts";
import { runFolder } from "../train/run_folder.ts";
import { modelName } from "../trained/model_name.ts";
import { initialState, type TrainState } from "../train/state.ts";
import { loadState } from "../train/state_file.ts";
import { openCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { assumedNote, assumptionOf } from "../trained/foreign_model.ts";
import { checkLabels, lineageOfFit } from "../trained/recorded.ts";
import { lineageOf, recordedMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import { fitWeights } from "../weights/matching/fit.ts";
import { channelNormalizations } from "../weights/names/naming.ts";
import { openWeights } from "../weights/open_weights.ts";
import { modelNames } from "../trained/model_source.ts";
import type { CommandContext } from "./cli.ts";
import { needingCheckpoint } from "./own_checkpoint.ts";

/** Where a run begins: what is told of its first weights, which are still on disk. */
export interface Start extends Disposable {
  /** The file of the first weights; absent where they are drawn. */
  readonly path?: string;
  /** The normalization of the films that the weights are used to. */
  readonly normalization: Normalization;
  /** What the weights saw before this run; of a run that goes on, its own generation first. */
  readonly lineage: readonly Generation[];
  /** What was made of another library's weights, a line each. */
  readonly notes: readonly string[];
  /** Reads the state that training begins with; the engine must be open. */
  state(): Promise<TrainState>;
}

/** What is trained on what. */
interface Trained {
  /** As `--model` named it. */
  readonly name: string;
  readonly model: Model;
  readonly dataset: Dataset;
}

/** Opens the run's own state, or the weights that are named; without either, a run begins with fresh ones. */
export async function openStart(
  options: TrainOptions,
  trained: Trained,
  { commandInstead }: Pick<CommandContext, "commandInstead">,
): Promise<Start> {
  const { ckptPath, resume, weights, seed, lr } = options;
  if (resume !== undefined) return await openState(runFolder(resume).state, trained);
  if (ckptPath !== undefined) {
    return await openOwn(ckptPath, `Type: ${commandInstead("--ckpt-path", "--weights")}`, options, trained);
  }
  if (weights !== undefined) return await openForeign(weights, options, trained);
  const { model } = trained;
  return {
    normalization: defaultNormalization,
    ...{ lineage: [], notes: [] },
    state: () => Promise.resolve(initialState(model, model.init(seed), lr)),
    [Symbol.dispose]() {},
  };
}

async function openState(path: string, { model, dataset }: Trained): Promise<Start> {
  using recorded = await openCheckpoint(path);
  const { metadata } = recorded;
  checkLabels(path, metadata.labels, dataset);
  return {
    path,
    normalization: metadata.preprocessing,
    ...{ lineage: lineageOf(metadata), notes: [] },
    state: () => loadState(path, model),
    [Symbol.dispose]() {},
  };
}

async function openOwn(
  path: string,
  remedy: string,
  { lr }: TrainOptions,
  { model, dataset }: Trained,
): Promise<Start> {
  const checkpoint = await needingCheckpoint(path, remedy, () => openCheckpoint(path)), { metadata } = checkpoint;
  return await guarded(checkpoint, () => {
    checkLabels(path, metadata.labels, dataset);
    checkFilmSize({ ...checkpoint, input: metadata.input }, path, model);
    return {
      path,
      normalization: metadata.preprocessing,
      ...{ lineage: lineageOf(metadata), notes: [] },
      state: () => begin(model, readTensors(checkpoint, path, model.parameters), lr),
    };
  });
}

async function openForeign(path: string, options: TrainOptions, { name, model }: Trained): Promise<Start> {
  const { names: library, weightsKey: key, strict, seed, lr } = options;
  const modelsNames = await modelNames(name), file = await openWeights(path);
  return await guarded(file, () => {
    const fit = fitWeights(file, {
      ...modelsNames,
      model,
      name: modelName(name),
      library,
      key,
      strict,
      assumed: assumptionOf(modelsNames),
      headless: true,
    });
    const own = recordedMetadata(file), [normalization] = channelNormalizations(fit.normalization, 1);
    return {
      ...{ path, normalization },
      lineage: lineageOfFit(fit, own),
      notes: [...fit.notes, ...assumedNote(path, fit, library)],
      state: () => begin(model, readFitted(fit, model, seed), lr),
    };
  });
}

async function begin(model: Model, weights: Promise<Weights>, lr: number): Promise<TrainState> {
  return initialState(model, await weights, lr);
}

/** A start that closes its file with it, or where it cannot be made. */
function guarded(file: Disposable, open: () => Omit<Start, keyof Disposable>): Start {
  try {
    return { ...open(), [Symbol.dispose]: () => file[Symbol.dispose]() };
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

import type { Dataset } from "../../data/dataset.ts";
import { defaultNormalization, type Normalization } from "../../data/images/normalization.ts";
import type { Model } from "../../dsl/compile/compile.ts";
import type { Weights } from "../../dsl/layer.ts";
import type { Generation } from "../../lineage/generation.ts";
import { assumedNote, assumptionOf } from "../../trained/foreign_model.ts";
import { modelName } from "../../trained/model_name.ts";
import { modelNames } from "../../trained/model_source.ts";
import { checkLabels, lineageOfFit } from "../../trained/recorded.ts";
import { openCheckpoint } from "../../weights/checkpoint/checkpoint.ts";
import { lineageOf, recordedMetadata } from "../../weights/checkpoint/checkpoint_metadata.ts";
import { checkFilmSize, readFitted, readTensors } from "../../weights/checkpoint/model_weights.ts";
import { fitWeights } from "../../weights/matching/fit.ts";
import { channelNormalizations } from "../../weights/names/naming.ts";
import { openWeights } from "../../weights/open_weights.ts";
import type { Recipe } from "../recipe.ts";
import { loadState } from "../state_file.ts";
import { initialState, type TrainState } from "../state.ts";
import type { FirstWeights } from "./run_options.ts";

/** Where a run begins: what is told of its first weights, which are still on disk. */
export interface FirstState extends Disposable {
  /** The file of the first weights; absent where they are drawn. */
  readonly path?: string;
  /** The normalization of the films that the weights are used to. */
  readonly normalization: Normalization;
  /** What the weights saw before this run; of a run that goes on, its own generation first. */
  readonly lineage: readonly Generation[];
  /** What was made of another library's weights, a line each. */
  readonly notes: readonly string[];
  /** Reads the state that training begins with; the engine must be open. */
  read(): Promise<TrainState>;
}

/** What is trained, on what, and how. */
export interface Beginning {
  readonly name: string;
  readonly model: Model;
  readonly dataset: Dataset;
  readonly recipe: Recipe;
  /** The seed of what is drawn. */
  readonly seed: number;
}

/** Opens the weights that a run begins with; without any it begins with drawn ones. */
export async function openFirstState(from: FirstWeights | undefined, beginning: Beginning): Promise<FirstState> {
  if (from === undefined) return drawn(beginning);
  return "checkpoint" in from ? await openOwn(from.checkpoint, beginning) : await openForeign(from, beginning);
}

function drawn({ model, recipe, seed }: Beginning): FirstState {
  return {
    normalization: defaultNormalization,
    lineage: [],
    notes: [],
    read: () => Promise.resolve(initialState(model, model.init(seed), recipe)),
    [Symbol.dispose]() {},
  };
}

/** Opens the state of a run that goes on. */
export async function openLastState(path: string, { model, dataset, recipe }: Beginning): Promise<FirstState> {
  using recorded = await openCheckpoint(path);
  const { metadata } = recorded;
  checkLabels(path, metadata.labels, dataset);
  return {
    path,
    normalization: metadata.preprocessing,
    lineage: lineageOf(metadata),
    notes: [],
    read: () => loadState(path, model, recipe.optimizer),
    [Symbol.dispose]() {},
  };
}

async function openOwn(path: string, { model, dataset, recipe }: Beginning): Promise<FirstState> {
  using cleanup = new DisposableStack();
  const checkpoint = cleanup.use(await openCheckpoint(path)), { metadata } = checkpoint;
  checkLabels(path, metadata.labels, dataset);
  checkFilmSize({ ...checkpoint, input: metadata.input }, path, model);
  const opened = cleanup.move();
  return {
    path,
    normalization: metadata.preprocessing,
    lineage: lineageOf(metadata),
    notes: [],
    read: () => begin(model, readTensors(checkpoint, path, model.parameters), recipe),
    [Symbol.dispose]: () => opened.dispose(),
  };
}

async function openForeign(
  { weights: path, library, key, strict = false }: Extract<FirstWeights, { weights: string }>,
  { name, model, recipe, seed }: Beginning,
): Promise<FirstState> {
  using cleanup = new DisposableStack();
  const names = await modelNames(name), file = cleanup.use(await openWeights(path));
  const fit = fitWeights(file, {
    ...names,
    model,
    name: modelName(name),
    library,
    key,
    strict,
    assumed: assumptionOf(names),
    headless: true,
  });
  const [normalization] = channelNormalizations(fit.normalization, 1),
    lineage = lineageOfFit(fit, recordedMetadata(file));
  const opened = cleanup.move();
  return {
    path,
    normalization,
    lineage,
    notes: [...fit.notes, ...assumedNote(path, fit, library)],
    read: () => begin(model, readFitted(fit, model, seed), recipe),
    [Symbol.dispose]: () => opened.dispose(),
  };
}

async function begin(model: Model, weights: Promise<Weights>, recipe: Recipe): Promise<TrainState> {
  return initialState(model, await weights, recipe);
}

import { createHash } from "node:crypto";
import { compile, type Model } from "../dsl/compile/compile.ts";
import { dropoutRates } from "../dsl/compile/dropout_rates.ts";
import { ShapeError, SpecError } from "../dsl/errors.ts";
import type { Definition } from "../dsl/layer.ts";
import type { Spec } from "../dsl/spec.ts";
import { parse } from "../dsl/compile/parse.ts";
import { systemReason, UserError } from "../errors.ts";
import type { ModelOptions } from "../models/builder.ts";
import { buildModel, knownWeightNames, weightNamesOf } from "../models/registry.ts";
import type { CheckpointMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import type { NamedModel } from "../weights/matching/key_map.ts";
import { callExport, importModel } from "./model_module.ts";
import { isFile } from "./model_name.ts";

/** A model's spec, with the definitions of the layers that it needs beside the built-in ones. */
export interface ModelSource {
  readonly spec: Spec;
  readonly layers: readonly Definition[];
}

/**
 * Finds the spec of a model by its name in the registry, or by the file whose default export is a spec or makes one.
 *
 * @throws {UserError} where there is no such model, or the file fails or exports none
 */
export async function resolveModel(name: string, options: ModelOptions): Promise<ModelSource> {
  if (!isFile(name)) return { spec: buildModel(name, options), layers: [] };
  const { default: exported, layers = [] } = await importModel(name);
  if (typeof exported !== "function" && options.dropout !== undefined) {
    throw new UserError(`--dropout needs a model that takes it, and ${name} exports a fixed spec`, {
      remedy: "Export a function of { inChannels, numClasses, dropout }",
    });
  }
  const spec = typeof exported === "function"
    ? callExport(name, () => exported({ inChannels: 1, ...options }))
    : exported;
  return { spec: blame(`--model ${name}`, () => parse(spec, { layers })), layers };
}

/** The names of a model's weights, and those of all known families. */
export type ModelNames = Pick<NamedModel, "weightNames" | "knownNames">;

/** Finds the names of the weights of what `--model` names: those of the registry, or those that its file exports as `weightNames`. */
export async function modelNames(name: string): Promise<ModelNames> {
  const weightNames = isFile(name) ? (await importModel(name)).weightNames : weightNamesOf(name);
  return { weightNames, knownNames: knownWeightNames };
}

/** Finds the names of the weights of a checkpoint's model; `name` is what `--model` says beside it. */
export async function checkpointNames({ model }: CheckpointMetadata, name?: string): Promise<ModelNames> {
  if (name !== undefined && isFile(name)) return await modelNames(name);
  return { weightNames: weightNamesOf(model), knownNames: knownWeightNames };
}

/**
 * Compiles a model of the registry or of a file for gray films `[imageSize, imageSize, 1]` with these labels.
 *
 * @throws {UserError} where there is no such model, it does not end in as many outputs, or has no dropout to set
 */
export async function compileClassifier(
  name: string,
  { imageSize, labels, dropout }: { imageSize: number; labels: readonly string[]; dropout?: number },
): Promise<Model> {
  const source = await resolveModel(name, { numClasses: labels.length, dropout });
  const rates = dropoutRates(source.spec);
  if (dropout && rates.length === 0) throw new UserError(`--dropout ${dropout}: ${name} has no dropout`);
  if (dropout !== undefined && rates.length > 0 && !rates.includes(dropout)) {
    throw new UserError(`--dropout ${dropout}: the dropout of ${name} has a rate of its own, ${rates[0]}`, {
      remedy: "Let the exported function use the dropout that it is given",
    });
  }
  const model = compileSource(source, name, [imageSize, imageSize, 1]);
  checkOutputs(name, model, labels);
  return model;
}

/**
 * Makes sure that a model has an output for each label of the data.
 *
 * @throws {UserError} where it has not
 */
export function checkOutputs(name: string, model: Model, labels: readonly string[]): void {
  if (`${model.output}` === `${labels.length}`) return;
  throw new UserError(`${name} ends in [${model.output.join(", ")}], and the data has ${labels.length} labels`, {
    remedy: "Export a function of { numClasses } that ends in dense(numClasses)",
  });
}

/**
 * Makes sure that a model has the number of classes that was given.
 *
 * @throws {UserError} where it has not, as a fixed spec may not
 */
export function checkClasses(name: string, { output }: Model, { numClasses }: Readonly<Record<string, unknown>>): void {
  if (numClasses === undefined || `${output}` === `${numClasses}`) return;
  throw new UserError(`--num-classes ${numClasses}: ${name} ends in [${output.join(", ")}]`, {
    remedy: "Leave it out, or export a function of { numClasses } that ends in dense(numClasses)",
  });
}

/**
 * Compiles a spec for images `[H, W, C]`.
 *
 * @throws {UserError} where shapes do not fit
 */
export function compileSource({ spec, layers }: ModelSource, name: string, input: readonly number[]): Model {
  return blame(name, () => compile(spec, { input, layers }));
}

/**
 * Compiles the model of a checkpoint. `name` is a file that exports the layers which the spec needs, or the model's own name once more;
 * `onNote` receives a line where that changes nothing.
 *
 * @throws {UserError} where the spec is damaged, needs a file, or `name` is another model's
 */
export async function compileCheckpoint(
  path: string,
  metadata: CheckpointMetadata,
  name?: string,
  onNote: (note: string) => void = () => {},
): Promise<Model> {
  if (name !== undefined && !isFile(name) && name !== metadata.model) {
    throw new UserError(`${path} is a checkpoint of ${metadata.model}, and --model is ${name}`);
  }
  const { layers = [], weightNames } = name !== undefined && isFile(name) ? await importModel(name) : {};
  if (name !== undefined && isFile(name) && layers.length === 0 && weightNames === undefined) {
    onNote(`--model ${name} exports no layers, so it changes nothing: the model is the one in ${path}`);
  }
  const remedy = "A model with layers of its own needs its file: --model FILE.ts";
  const spec = blame(path, () => parse(metadata.spec, { layers }), layers.length === 0 ? remedy : undefined);
  const model = compileSource({ spec, layers }, path, metadata.input), { labels } = metadata;
  if (`${model.output}` === `${labels.length}`) return model;
  throw new UserError(
    `${path} contradicts itself: it has ${labels.length} labels, and its model ends in [${model.output.join(", ")}]`,
  );
}

/** Runs `action`; an error of the language is about what the user gave, and becomes a {@linkcode UserError} that names it. */
function blame<R>(source: string, action: () => R, remedy?: string): R {
  try {
    return action();
  } catch (cause) {
    if (!(cause instanceof SpecError || cause instanceof ShapeError)) throw cause;
    throw new UserError(`${source}: ${cause.message}`, { remedy, cause });
  }
}

/**
 * Computes the SHA-256 of a model's file, in hexadecimal; undefined for a model of the registry. It covers the file's own bytes, not those
 * of what it imports.
 *
 * @throws {UserError} where the file cannot be read
 */
export async function modelDigest(name: string): Promise<string | undefined> {
  if (!isFile(name)) return undefined;
  try {
    return createHash("sha256").update(await Deno.readFile(name)).digest("hex");
  } catch (cause) {
    throw new UserError(`--model ${name} cannot be loaded: ${systemReason(cause)}`, { cause });
  }
}

import * as tf from "@tensorflow/tfjs-core";
import { firstValue, type Model, type Parameter } from "../../dsl/compile/compile.ts";
import type { Weights } from "../../dsl/layer.ts";
import { UserError } from "../../errors.ts";
import { type Checkpoint, openCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import type { CheckpointMetadata } from "./checkpoint_metadata.ts";
import type { StoredTensor } from "../dtype.ts";
import type { Fit } from "../matching/fit.ts";
import { checkValues, isRunningVariance } from "../parameter_values.ts";

/** Tensors on their way to a file; each is read from the engine when its turn comes. `prefix` goes before the paths. */
export function stored(weights: Weights, prefix = ""): StoredTensor[] {
  return Object.entries(weights).map(([path, tensor]) => ({
    name: prefix + path,
    shape: tensor.shape,
    dtype: "F32",
    data: () => tensor.dataSync<"float32">() as Float32Array<ArrayBuffer>,
  }));
}

/** Writes a model's weights, whole or not at all; where one of `twins` has the same content, as another name of its file. */
export function saveWeights(
  path: string,
  metadata: CheckpointMetadata,
  weights: Weights,
  twins: readonly string[] = [],
): Promise<void> {
  return writeCheckpoint(path, metadata, stored(weights), twins);
}

/** Reads a checkpoint's weights for a model; see {@linkcode readTensors}. */
export async function loadWeights(path: string, model: Model): Promise<Weights> {
  using checkpoint = await openCheckpoint(path);
  return await readTensors(checkpoint, path, model.parameters);
}

/**
 * Tells a checkpoint of the same model for films of another size from one of another model.
 *
 * @throws {UserError} where every parameter is there, and some have the shape that the checkpoint's own size gives them
 */
export function checkFilmSize(
  { input: [height, width], shapes }: Pick<CheckpointMetadata, "input"> & Pick<Checkpoint, "shapes">,
  source: string,
  { input, parameters }: Pick<Model, "input" | "parameters">,
): void {
  const [size] = input;
  if (height === size && width === input[1]) return;
  const misshapen = parameters.filter(({ path, shape }) => `${shapes.get(path)}` !== `${shape}`);
  if (misshapen.length === 0 || misshapen.some(({ path, shape }) => shapes.get(path)?.length !== shape.length)) return;
  const isResized = misshapen.every(({ path }) => path.endsWith("/positionEmbedding"));
  throw new UserError(`${source} is of ${height}×${width} films, and --img-size is ${size}`, {
    remedy: `Give --img-size ${height}${isResized ? `, or --weights ${source}, which resizes it` : ""}`,
  });
}

/**
 * Reads tensors by path, behind a prefix. All names and shapes are compared first, so nothing is half loaded. `isVariance` tells
 * the tensors that are never below 0: by default the running variances of batch norms.
 *
 * @throws {UserError} that lists what is missing or of another shape, or names a tensor with a value that no model has; nothing is
 * left allocated then
 */
export async function readTensors(
  { shapes, read }: Pick<Checkpoint, "shapes" | "read">,
  source: string,
  parameters: readonly Parameter[],
  prefix = "",
  isVariance: (parameter: Parameter) => boolean = isRunningVariance,
): Promise<Weights> {
  const wrong = parameters.filter(({ path, shape }) => `${shapes.get(prefix + path)}` !== `${shape}`);
  if (wrong.length > 0) {
    const faults = wrong.map(({ path, shape }) => {
      const found = shapes.get(prefix + path);
      return found ? `${path} is [${found}], and the model has [${shape}]` : `${path} is missing`;
    });
    const isResized = wrong.every(({ path }) => /(^|\/)positionEmbedding$/.test(path) && shapes.has(prefix + path));
    const shown = faults.slice(0, 3).join("; ");
    const more = faults.length > 3 ? `; and ${faults.length - 3} more` : "";
    throw new UserError(`${source} does not fit the model: ${shown}${more}`, {
      remedy: isResized
        ? "It was trained on images of another size: give that --img-size, or take it by --weights, which resizes the embedding"
        : "Name the model that it was trained as, with the same labels",
    });
  }
  return await allocate(parameters, async (parameter) => {
    const name = prefix + parameter.path;
    const values = checkValues(await read(name), { path: source, name, isVariance: isVariance(parameter) });
    return tf.tensor(values, [...parameter.shape], "float32");
  });
}

/**
 * Reads weights that fit a model; what the file leaves out is drawn from the seed.
 *
 * @throws {UserError} where a tensor holds a value that no model has; nothing is left allocated then
 */
export async function readFitted(fit: Fit, { parameters }: Model, seed: number): Promise<Weights> {
  return await allocate(parameters, async (parameter) => {
    if (fit.leftOut.has(parameter.path)) return firstValue(parameter, seed);
    return tf.tensor(await fit.read(parameter.path), [...parameter.shape], "float32");
  });
}

/** A tensor for each parameter, one after the other, or none where one fails. */
async function allocate(
  parameters: readonly Parameter[],
  tensorOf: (parameter: Parameter) => Promise<tf.Tensor>,
): Promise<Weights> {
  const weights: Record<string, tf.Tensor> = {};
  try {
    for (const parameter of parameters) weights[parameter.path] = await tensorOf(parameter);
    return weights;
  } catch (error) {
    tf.dispose(weights);
    throw error;
  }
}

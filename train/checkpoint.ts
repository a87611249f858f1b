import * as tf from "@tensorflow/tfjs-core";
import { firstValue, type Model, type Parameter } from "../dsl/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import { UserError } from "../errors.ts";
import { type Checkpoint, openCheckpoint, writeCheckpoint } from "../weights/checkpoint.ts";
import type { CheckpointMetadata } from "../weights/checkpoint_metadata.ts";
import type { StoredTensor } from "../weights/dtype.ts";
import type { Fit } from "../weights/fit.ts";

/** Tensors on their way to a file; each is read from the engine when its turn comes. `prefix` goes before the paths. */
export function stored(weights: Weights, prefix = ""): StoredTensor[] {
  return Object.entries(weights).map(([path, tensor]) => ({
    name: prefix + path,
    shape: tensor.shape,
    dtype: "F32",
    data: () => tensor.dataSync<"float32">() as Float32Array<ArrayBuffer>,
  }));
}

/** Writes a model's weights, whole or not at all. */
export function saveWeights(path: string, metadata: CheckpointMetadata, weights: Weights): Promise<void> {
  return writeCheckpoint(path, metadata, stored(weights));
}

/** Reads a checkpoint's weights for a model; see {@linkcode readTensors}. */
export async function loadWeights(path: string, model: Model): Promise<Weights> {
  using checkpoint = await openCheckpoint(path);
  return await readTensors(checkpoint, path, model.parameters);
}

/**
 * Reads tensors by path. All names and shapes are compared first, so nothing is half loaded.
 *
 * @throws {UserError} that lists what is missing or of another shape
 */
export async function readTensors(
  { shapes, read }: Pick<Checkpoint, "shapes" | "read">,
  source: string,
  parameters: readonly Parameter[],
  prefix = "",
): Promise<Weights> {
  const faults = parameters.flatMap(({ path, shape }) => {
    const found = shapes.get(prefix + path);
    if (!found) return [`${path} is missing`];
    return `${found}` === `${shape}` ? [] : [`${path} is [${found}], and the model has [${shape}]`];
  });
  if (faults.length > 0) {
    const shown = faults.slice(0, 3).join("; ");
    const more = faults.length > 3 ? `; and ${faults.length - 3} more` : "";
    throw new UserError(`${source} does not fit the model: ${shown}${more}`, {
      remedy: "Name the model that it was trained as, with the same labels",
    });
  }
  const weights: Record<string, tf.Tensor> = {};
  for (const { path, shape } of parameters) {
    weights[path] = tf.tensor(await read(prefix + path), [...shape], "float32");
  }
  return weights;
}

/**
 * Reads weights that fit a model; what the file leaves out is drawn from the seed.
 *
 * @throws {UserError} where a tensor holds NaN or infinity; nothing is left allocated then
 */
export async function readFitted(fit: Fit, { parameters }: Model, seed: number): Promise<Weights> {
  const weights: Record<string, tf.Tensor> = {};
  try {
    for (const parameter of parameters) {
      const { path, shape } = parameter;
      weights[path] = fit.leftOut.has(path)
        ? firstValue(parameter, seed)
        : tf.tensor(await fit.read(path), [...shape], "float32");
    }
    return weights;
  } catch (error) {
    tf.dispose(weights);
    throw error;
  }
}

import { extname } from "node:path";
import type { Model } from "../dsl/compile/compile.ts";
import type { Checkpoint } from "../weights/checkpoint/checkpoint.ts";
import { encodeMetadata, publicMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import type { StoredTensor } from "../weights/dtype.ts";
import { defaultLibrary, type Library, type WeightNames } from "../weights/names/naming.ts";
import { checkValues, isRunningVariance } from "../weights/parameter_values.ts";
import { writePytorch } from "../weights/pytorch/pytorch_writer.ts";
import { renameWeights } from "../weights/matching/rename_weights.ts";
import { writeSafetensors } from "../weights/safetensors/safetensors.ts";

/** A checkpoint that is exported: opened, and its model compiled. */
export interface ExportSource {
  readonly path: string;
  readonly checkpoint: Checkpoint;
  readonly model: Model;
  /** The names that libraries give to the model's weights; without them, the paths with dots. */
  readonly weightNames?: WeightNames;
  /** Whose names the weights get; by default a format chooses. */
  readonly names?: Library;
}

/**
 * Writes safetensors, under the model's paths or a library's names; resolves to whose names they are.
 *
 * @throws {UserError} where the file cannot be written, or the library has no names for the model
 */
export async function exportSafetensors(output: string, source: ExportSource): Promise<string> {
  const { names, checkpoint } = source;
  await writeAs(output, names === undefined ? underPaths(source) : under(names, source), checkpoint);
  return names === undefined ? "paths of Thorax" : `names of ${names}`;
}

/**
 * Writes what PyTorch's `load_state_dict` takes: by its ending, a file of `torch.save` or safetensors; resolves to whose names it has.
 *
 * @throws {UserError} where the file cannot be written, or the library has no names for the model
 */
export async function exportPytorch(output: string, source: ExportSource): Promise<string> {
  const { checkpoint, weightNames = {}, names = defaultLibrary(weightNames) } = source;
  await writeAs(output, under(names, source), checkpoint);
  return `names of ${names}`;
}

/**
 * Writes tensors with what the checkpoint says of itself, less what it keeps of films, patients and this machine's folders. `format: "pt"`
 * tells programs that look for it that the file is for PyTorch.
 */
async function writeAs(output: string, tensors: StoredTensor[], { metadata }: Checkpoint): Promise<void> {
  const described = { format: "pt", ...encodeMetadata(publicMetadata(metadata)) };
  if (extname(output) === ".safetensors") return await writeSafetensors(output, tensors, described);
  await writePytorch(output, tensors, described);
}

function underPaths(source: ExportSource): StoredTensor[] {
  const read = readerOf(source);
  return source.model.parameters.map(({ path, shape }) => (
    { name: path, dtype: "F32", shape, data: () => read(path) }
  ));
}

function under(library: Library, source: ExportSource): StoredTensor[] {
  const { model, weightNames, checkpoint: { metadata } } = source;
  const { model: name, step } = metadata;
  return renameWeights({ model, name, weightNames, library, step, read: readerOf(source) });
}

/** Returns a reader of a parameter's values, which refuses those that no model has. */
function readerOf(
  { path: file, checkpoint, model }: ExportSource,
): (path: string) => Promise<Float32Array<ArrayBuffer>> {
  const variances = new Set(model.parameters.filter(isRunningVariance).map(({ path }) => path));
  return async (name) =>
    checkValues(await checkpoint.read(name), { path: file, name, isVariance: variances.has(name) });
}

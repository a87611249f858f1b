import { extname } from "node:path";
import type { Model } from "../dsl/compile/compile.ts";
import { UserError } from "../errors.ts";
import type { Checkpoint } from "../weights/checkpoint/checkpoint.ts";
import { encodeMetadata, publicMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import type { StoredTensor } from "../weights/dtype.ts";
import { defaultLibrary, type Library, type WeightNames } from "../weights/names/naming.ts";
import { checkValues, isRunningVariance } from "../weights/parameter_values.ts";
import { writePytorch } from "../weights/pytorch/pytorch_writer.ts";
import { renameWeights } from "../weights/matching/rename_weights.ts";
import { writeSafetensors } from "../weights/safetensors/safetensors.ts";

/** A checkpoint whose weights are exported. */
export interface Exported {
  readonly ckptPath: string;
  readonly checkpoint: Checkpoint;
  readonly model: Model;
  /** The names that libraries give to the model's weights; without them, the paths with dots. */
  readonly weightNames?: WeightNames;
  /** Whose names they get. */
  readonly names?: Library;
}

/** Writes safetensors, under the model's paths or a library's names. */
export async function exportSafetensors(output: string, exported: Exported): Promise<string> {
  checkEnding(output, "safetensors", [".safetensors"]);
  const { names, checkpoint } = exported;
  await writeAs(output, names === undefined ? own(exported) : under(names, exported), checkpoint);
  return names === undefined ? "paths of Thorax" : `names of ${names}`;
}

/** Writes what PyTorch's `load_state_dict` takes: by its ending, a file of `torch.save` or safetensors. */
export async function exportPytorch(output: string, exported: Exported): Promise<string> {
  checkEnding(output, "pytorch", [".pt", ".pth", ".safetensors"]);
  const { checkpoint, weightNames = {}, names = defaultLibrary(weightNames) } = exported;
  await writeAs(output, under(names, exported), checkpoint);
  return `names of ${names}`;
}

function checkEnding(output: string, format: string, endings: readonly string[]): void {
  if (endings.includes(extname(output))) return;
  throw new UserError(`--output ${output} must end in ${endings.join(" or ")} for --format ${format}`);
}

/**
 * Programs that look for it find in `format` that the file is for PyTorch. What a checkpoint says of itself goes along, but for
 * what it keeps of films, patients and this machine's folders.
 */
async function writeAs(output: string, tensors: StoredTensor[], { metadata }: Checkpoint): Promise<void> {
  const described = { format: "pt", ...encodeMetadata(publicMetadata(metadata)) };
  if (extname(output) === ".safetensors") return await writeSafetensors(output, tensors, described);
  await writePytorch(output, tensors, described);
}

function own(exported: Exported): StoredTensor[] {
  const read = readerOf(exported);
  return exported.model.parameters.map(({ path, shape }) => (
    { name: path, dtype: "F32", shape, data: () => read(path) }
  ));
}

function under(library: Library, exported: Exported): StoredTensor[] {
  const { model, weightNames, checkpoint: { metadata } } = exported;
  return renameWeights({
    model,
    name: metadata.model,
    weightNames,
    library,
    step: metadata.step,
    read: readerOf(exported),
  });
}

/** Reads a parameter's values, and refuses those that no model has. */
function readerOf({ ckptPath, checkpoint, model }: Exported): (path: string) => Promise<Float32Array<ArrayBuffer>> {
  const variances = new Set(model.parameters.filter(isRunningVariance).map(({ path }) => path));
  return async (name) =>
    checkValues(await checkpoint.read(name), { path: ckptPath, name, isVariance: variances.has(name) });
}

import { extname } from "node:path";
import type { Model } from "../dsl/compile.ts";
import { UserError } from "../errors.ts";
import type { Checkpoint } from "../weights/checkpoint.ts";
import { encodeMetadata } from "../weights/checkpoint_metadata.ts";
import type { StoredTensor } from "../weights/dtype.ts";
import { patternOf } from "../weights/names/families.ts";
import type { Library } from "../weights/names/naming.ts";
import { writePytorch } from "../weights/pytorch_writer.ts";
import { renamed } from "../weights/rename.ts";
import { writeSafetensors } from "../weights/safetensors.ts";

/** A checkpoint whose weights are exported. */
export interface Exported {
  readonly checkpoint: Checkpoint;
  readonly model: Model;
  /** Whose names they get. */
  readonly names?: Library;
}

/** Writes safetensors, under the model's paths or a library's names. */
export async function exportSafetensors(output: string, { checkpoint, model, names }: Exported): Promise<void> {
  checkEnding(output, "safetensors", [".safetensors"]);
  const tensors = names === undefined ? own(model, checkpoint) : under(names, model, checkpoint);
  await writeAs(output, tensors, checkpoint);
}

/** Writes what PyTorch's `load_state_dict` takes: by its ending, a file of `torch.save` or safetensors. */
export async function exportPytorch(
  output: string,
  { checkpoint, model, names = patternOf(checkpoint.metadata.model) }: Exported,
): Promise<void> {
  checkEnding(output, "pytorch", [".pt", ".pth", ".safetensors"]);
  await writeAs(output, under(names, model, checkpoint), checkpoint);
}

function checkEnding(output: string, format: string, endings: readonly string[]): void {
  if (endings.includes(extname(output))) return;
  throw new UserError(`--output ${output} must end in ${endings.join(" or ")} for --format ${format}`);
}

/** Programs that look for it find in `format` that the file is for PyTorch; what a checkpoint says of itself goes along. */
async function writeAs(output: string, tensors: StoredTensor[], { metadata }: Checkpoint): Promise<void> {
  const described = { format: "pt", ...encodeMetadata(metadata) };
  if (extname(output) === ".safetensors") return await writeSafetensors(output, tensors, described);
  await writePytorch(output, tensors, described);
}

function own({ parameters }: Model, { read }: Checkpoint): StoredTensor[] {
  return parameters.map(({ path, shape }) => ({ name: path, dtype: "F32", shape, data: () => read(path) }));
}

function under(library: Library, model: Model, { metadata, read }: Checkpoint): StoredTensor[] {
  return renamed({ model, name: metadata.model, library, step: metadata.step, read });
}

import { UserError } from "../errors.ts";
import { openByteFile } from "../formats/byte_file.ts";
import { refuseRunFolder } from "./checkpoint/run_checkpoint.ts";
import { weightsIn } from "./huggingface/model_folder.ts";
import { configBeside } from "./huggingface/pretrained_config.ts";
import { indexBeside, openSharded } from "./huggingface/sharded.ts";
import { openNumpyWeights } from "./numpy/numpy.ts";
import { openPytorch } from "./pytorch/pytorch.ts";
import { openLegacyPytorch } from "./pytorch/pytorch_legacy.ts";
import { readSafetensors } from "./safetensors/safetensors.ts";
import type { TensorSource, WeightsFile, WeightsFormat } from "./tensor_source.ts";

/**
 * Opens a file of weights: safetensors, PyTorch's `.pt` and `.pth`, or NumPy's `.npz`, which its first bytes tell
 * apart. Given one part of a sharded model, or a Hugging Face folder, it opens the whole model.
 *
 * @throws {UserError} one line that says what is wrong with the file
 *
 * @example
 * ```ts ignore
 * using file = await openWeights("resnet18.pth");
 * for (const [name, { shape }] of file.tensors) console.log(name, shape, await file.read(name));
 * ```
 */
export async function openWeights(path: string): Promise<WeightsFile> {
  await refuseRunFolder(path);
  const file = await weightsIn(path), index = await indexBeside(file), beside = await configBeside(file);
  return { ...index === undefined ? await openFile(file) : await openSharded(index, openFile), beside };
}

async function openFile(path: string): Promise<WeightsFile> {
  const start = await firstBytes(path);
  const startsWith = (...bytes: readonly number[]) => bytes.every((byte, i) => start[i] === byte);
  if (startsWith(0x50, 0x4b)) {
    // PyTorch and NumPy both write ZIP archives.
    const pytorch = await openPytorch(path);
    return pytorch ? asFile(path, "PyTorch", pytorch) : asFile(path, "NumPy", await openNumpyWeights(path));
  }
  // Asked before pickles: a safetensors file begins with a length, whose bytes may be those of a pickle.
  if (start[8] === 0x7b /* { */) return asFile(path, "safetensors", await readSafetensors(path));
  const { 1: protocol = 0 } = start;
  if (startsWith(0x80) && protocol >= 2 && protocol <= 5) return asFile(path, "PyTorch", await openLegacyPytorch(path));
  throw new UserError(
    `${path} is not a file of weights: Thorax reads safetensors, PyTorch's .pt and .pth, and NumPy's .npz`,
  );
}

function asFile(
  path: string,
  format: WeightsFormat,
  { tensors, metadata, notes, read, ...source }: TensorSource,
): WeightsFile {
  return { path, format, tensors, metadata, notes, read, [Symbol.dispose]: () => source[Symbol.dispose]() };
}

async function firstBytes(path: string): Promise<Uint8Array> {
  using file = await openByteFile(path);
  return await file.read(0, Math.min(file.size, 9));
}

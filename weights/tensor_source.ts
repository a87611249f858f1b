import { UserError } from "../errors.ts";
import { openByteFile } from "../formats/byte_file.ts";
import type { Dtype } from "./dtype.ts";
import { weightsIn } from "./model_folder.ts";
import { openNumpyWeights } from "./numpy/numpy.ts";
import { configBeside, type PretrainedConfig } from "./pretrained_config.ts";
import { openPytorch } from "./pytorch/pytorch.ts";
import { openLegacyPytorch } from "./pytorch/pytorch_legacy.ts";
import { readSafetensors } from "./safetensors/safetensors.ts";
import { indexBeside, openSharded } from "./safetensors/sharded.ts";

/** What a file says of a tensor. */
export interface TensorInfo {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** An open file of weights, whatever its format: its names and shapes are in memory, its tensors on disk until they are read. */
export interface TensorSource extends Disposable {
  /** By name, as the file has them. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** What is to be said of how it was read, a line each. */
  readonly notes?: readonly string[];
  /** What the file says of itself, where it can. */
  readonly metadata: Readonly<Record<string, string>>;
  /** A floating-point tensor as float32, row-major (F64 is rounded, F16 and BF16 widen exactly). */
  read(name: string): Promise<Float32Array<ArrayBuffer>>;
}

/** A file of weights with the name of its format. */
export interface WeightsFile extends TensorSource {
  readonly path: string;
  readonly format: "safetensors" | "PyTorch" | "NumPy";
  /** What lies beside it, where transformers saved it. */
  readonly beside?: PretrainedConfig;
}

/**
 * Opens a file of weights: safetensors, PyTorch's `.pt` and `.pth`, NumPy's `.npz`; its first bytes tell which. Of the parts of a model,
 * the index beside them opens all; so does a folder of Hugging Face's that holds either.
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
  const file = await weightsIn(path), index = await indexBeside(file), beside = await configBeside(file);
  return { ...index === undefined ? await openFile(file) : await openSharded(index, openFile), beside };
}

async function openFile(path: string): Promise<WeightsFile> {
  const start = await firstBytes(path);
  const begins = (...bytes: readonly number[]) => bytes.every((byte, i) => start[i] === byte);
  if (begins(0x50, 0x4b)) {
    // Both are ZIP archives.
    const pytorch = await openPytorch(path);
    return pytorch ? named(path, "PyTorch", pytorch) : named(path, "NumPy", await openNumpyWeights(path));
  }
  // Before pickles: the length that a safetensors file begins with may be any number.
  if (start[8] === 0x7b /* { */) return named(path, "safetensors", await readSafetensors(path));
  if (begins(0x80) && start[1] >= 2 && start[1] <= 5) return named(path, "PyTorch", await openLegacyPytorch(path));
  throw new UserError(`${path} is no file of weights: safetensors, PyTorch's .pt and .pth, and NumPy's .npz are known`);
}

function named(
  path: string,
  format: WeightsFile["format"],
  { tensors, metadata, notes, read, ...file }: TensorSource,
): WeightsFile {
  return { path, format, tensors, metadata, notes, read, [Symbol.dispose]: () => file[Symbol.dispose]() };
}

async function firstBytes(path: string): Promise<Uint8Array> {
  using file = await openByteFile(path);
  return await file.read(0, Math.min(file.size, 9));
}

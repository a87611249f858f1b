import { UserError } from "../errors.ts";
import type { Dtype } from "./dtype.ts";
import type { PretrainedConfig } from "./huggingface/pretrained_config.ts";
import { quote } from "./quote.ts";

/** The type and shape of a tensor in a file. */
export interface TensorInfo {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/**
 * An open file of weights, whatever its format. Its names and shapes are in memory; its tensors stay on disk until they
 * are read.
 */
export interface TensorSource extends Disposable {
  /** The tensors by name, as the file spells it. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Lines for the user about how the file was read. */
  readonly notes?: readonly string[];
  /** What the file says about itself, where its format has a place for that. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Reads a floating-point tensor as float32, row-major. F64 is rounded; F16 and BF16 widen exactly.
   *
   * @throws {UserError} where the file has no such tensor, the tensor holds integers, or its bytes are damaged
   */
  read(name: string): Promise<Float32Array<ArrayBuffer>>;
}

/** The formats of weights that Thorax reads. */
export type WeightsFormat = "safetensors" | "PyTorch" | "NumPy";

/** An open file of weights, with its path and format. */
export interface WeightsFile extends TensorSource {
  readonly path: string;
  readonly format: WeightsFormat;
  /** The configuration files of transformers beside it. */
  readonly beside?: PretrainedConfig;
}

/** Makes the error for a tensor of integers that is read as floating-point numbers. */
export function integersError(path: string, name: string, type: string): UserError {
  return new UserError(`${path}: tensor ${quote(name)} holds integers (${type}), not floating-point numbers`);
}

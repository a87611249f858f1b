import { didYouMean, UserError } from "../../errors.ts";
import { dtypeArrays, elementCount, type TensorArray, toFloat32 } from "../dtype.ts";
import type { TorchTensor } from "./pytorch_pickle.ts";
import { quote } from "../quote.ts";
import { integersError, type TensorSource } from "../tensor_source.ts";

/** The bytes behind the tensors of an open PyTorch file. */
export interface Storages extends Disposable {
  /** The size of a storage in bytes; undefined where the file has no storage of this key. */
  size(key: string): number | undefined;
  /** Reads the bytes `[begin, begin + length)` of a storage. */
  read(key: string, begin: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** The parts of an open PyTorch file: what its pickle says, and its storages. */
export interface PytorchFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  readonly storages: Storages;
  readonly metadata: TensorSource["metadata"];
  readonly notes: readonly string[];
}

/**
 * Makes the tensors of a file readable, after checking that each lies within its storage.
 *
 * @throws {UserError} where a tensor reaches past its storage, or a storage is not as long as the pickle says
 */
export function sourceOfTensors({ path, tensors, storages, metadata, notes }: PytorchFile): TensorSource {
  for (const [name, tensor] of tensors) check(path, storages, name, tensor);
  return {
    tensors,
    metadata,
    notes,
    async read(name) {
      const tensor = tensors.get(name);
      if (!tensor) throw new UserError(`${path} holds no tensor ${quote(name)}${didYouMean(name, tensors.keys())}`);
      const values = toFloat32(tensor.dtype, await readTensor(storages, tensor));
      if (values) return values;
      throw integersError(path, name, tensor.dtype);
    },
    [Symbol.dispose]: () => storages[Symbol.dispose](),
  };
}

/** Refuses a tensor that reaches past its storage, or whose storage is not as long as the pickle says. */
function check(path: string, storages: Storages, name: string, tensor: TorchTensor): void {
  const fail = (problem: string): never => {
    throw new UserError(`${path}: tensor ${quote(name)} ${problem}`);
  };
  const { shape, strides, offset, dtype, storage } = tensor;
  const count = elementCount(shape), whole = elementCount([storage.count]);
  const shown = `[${shape.join(", ").slice(0, 80)}]`;
  if (count === undefined || whole === undefined || strides.length !== shape.length) {
    return fail(`has the shape ${shown}`);
  }
  if (elementCount([offset]) === undefined || strides.some((stride) => elementCount([stride]) === undefined)) {
    return fail(`has the strides [${strides.join(", ").slice(0, 80)}]`);
  }
  const bytes = storages.size(storage.key);
  if (bytes === undefined) return fail(`lies in the storage ${quote(storage.key)}, which is not in the file`);
  if (bytes !== whole * dtypeArrays[dtype].BYTES_PER_ELEMENT) {
    return fail(`lies in a storage of ${whole} elements (${dtype}), and the file has ${bytes} bytes of it`);
  }
  if (count > whole || count > 0 && offset + extent(tensor) > whole) {
    return fail(`is ${shown} and reaches past its storage of ${whole} elements`);
  }
}

/** The number of elements of the storage that a tensor spans. */
function extent({ shape, strides }: TorchTensor): number {
  return 1 + shape.reduce((last, size, axis) => last + (size - 1) * (strides[axis] ?? 0), 0);
}

/** Reads a tensor's values, row-major. */
async function readTensor(storages: Storages, tensor: TorchTensor): Promise<TensorArray> {
  const { dtype, shape, strides, offset, storage } = tensor;
  const array = dtypeArrays[dtype], width = array.BYTES_PER_ELEMENT, count = elementCount(shape) ?? 0;
  if (count === 0) return new array(0);
  const bytes = await storages.read(storage.key, offset * width, extent(tensor) * width);
  const values = new array(bytes.buffer);
  return isContiguous(shape, strides) ? values : gather(values, new array(count), shape, strides);
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  return [...shape.entries()].reverse().every(([axis, size]) => {
    const follows = size === 1 || strides[axis] === expected;
    expected *= size;
    return follows;
  });
}

/** Copies a strided view to a row-major array; `from` begins at the view's first element. */
function gather(
  from: TensorArray,
  to: TensorArray,
  shape: readonly number[],
  strides: readonly number[],
): TensorArray {
  const axes = shape.map((size, axis) => ({ size, stride: strides[axis] ?? 0, index: 0 })).reverse();
  for (let i = 0, at = 0; i < to.length; i++) {
    to[i] = from[at] ?? NaN;
    for (const axis of axes) {
      at += axis.stride;
      if (++axis.index < axis.size) break;
      at -= axis.stride * axis.size;
      axis.index = 0;
    }
  }
  return to;
}

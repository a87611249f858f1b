import { didYouMean, UserError } from "../../errors.ts";
import { dtypeArrays, elementCount, type TensorArray, toFloat32 } from "../dtype.ts";
import type { Tensor } from "./pytorch_pickle.ts";
import { quote } from "../safetensors/safetensors_header.ts";
import type { TensorSource } from "../tensor_source.ts";

/** The bytes behind the tensors of an open file of PyTorch's. */
export interface Storages extends Disposable {
  /** Of a storage, in bytes; undefined where the file has none of this key. */
  size(key: string): number | undefined;
  /** The bytes `[begin, begin + length)` of a storage. */
  read(key: string, begin: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** An open file of PyTorch's: what its pickle says, and where its bytes are. */
export interface PytorchFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly storages: Storages;
  readonly metadata: TensorSource["metadata"];
  readonly notes: readonly string[];
}

/**
 * Tensors as views of storages.
 *
 * @throws {UserError} where a tensor reaches past its storage, or a storage past its bytes
 */
export function tensorsOf({ path, tensors, storages, metadata, notes }: PytorchFile): TensorSource {
  for (const [name, tensor] of tensors) check(path, storages, name, tensor);
  return {
    ...{ tensors, metadata, notes },
    async read(name) {
      const tensor = tensors.get(name);
      if (!tensor) throw new UserError(`${path} holds no tensor ${quote(name)}${didYouMean(name, tensors.keys())}`);
      const values = toFloat32(tensor.dtype, await readTensor(storages, tensor));
      if (values) return values;
      throw new UserError(
        `${path}: tensor ${quote(name)} holds integers (${tensor.dtype}), not floating-point numbers`,
      );
    },
    [Symbol.dispose]: () => storages[Symbol.dispose](),
  };
}

/** Refuses a tensor that reaches past its storage, or a storage past its member. */
function check(path: string, storages: Storages, name: string, tensor: Tensor): void {
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

/** How many elements of the storage a tensor spans. */
function extent({ shape, strides }: Tensor): number {
  return 1 + shape.reduce((last, size, axis) => last + (size - 1) * strides[axis], 0);
}

/** A tensor's values, row-major. */
async function readTensor(storages: Storages, tensor: Tensor): Promise<TensorArray> {
  const { dtype, shape, strides, offset, storage } = tensor;
  const array = dtypeArrays[dtype], width = array.BYTES_PER_ELEMENT, count = elementCount(shape) ?? 0;
  if (count === 0) return new array(0);
  const bytes = await storages.read(storage.key, offset * width, extent(tensor) * width);
  const values = new array(bytes.buffer);
  return isContiguous(shape, strides) ? values : gather(values, new array(count), shape, strides);
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}

/** Copies a strided view, `from` its first element on, to a row-major array. */
function gather(
  from: TensorArray,
  to: TensorArray,
  shape: readonly number[],
  strides: readonly number[],
): TensorArray {
  const index = new Array(shape.length).fill(0);
  for (let i = 0, at = 0; i < to.length; i++) {
    to[i] = from[at];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis];
      if (++index[axis] < shape[axis]) break;
      at -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return to;
}

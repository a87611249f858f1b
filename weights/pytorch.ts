import { didYouMean, UserError } from "../errors.ts";
import { openByteFile } from "../formats/byte_file.ts";
import { openZip, type ZipArchive } from "../formats/zip.ts";
import { dtypeArrays, elementCount, type TensorArray, toFloat32 } from "./dtype.ts";
import { PickleError } from "./pickle_machine.ts";
import { extraMetadata, readStateDict, type Tensor } from "./pytorch_pickle.ts";
import { quote } from "./safetensors_header.ts";
import type { TensorSource } from "./tensor_source.ts";

/** The longest pickle of a state dict: names and shapes. (ViT-B/16 has 60 kB.) */
const pickleLimit = 64 << 20;

/**
 * Opens a file of `torch.save`, from PyTorch 1.6 on: a ZIP archive with a pickle that names the tensors, and their storages.
 * Undefined where the archive holds no such pickle.
 *
 * @throws {UserError} where it is damaged, or holds more than tensors
 */
export async function openPytorch(path: string): Promise<TensorSource | undefined> {
  const file = await openByteFile(path);
  try {
    const archive = await openZip(file);
    const pickle = [...archive.members.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
    if (pickle !== undefined) {
      return await sourceOf(path, archive, pickle, () => file[Symbol.dispose]());
    }
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
  file[Symbol.dispose]();
  return undefined;
}

async function sourceOf(path: string, archive: ZipArchive, pickle: string, close: () => void): Promise<TensorSource> {
  const folder = pickle.slice(0, pickle.indexOf("/"));
  const text = async (member: string) => {
    const { size = Infinity } = archive.members.get(`${folder}/${member}`) ?? {};
    return size < 1 << 20 ? new TextDecoder().decode(await archive.read(`${folder}/${member}`)) : undefined;
  };
  if (await text("byteorder") === "big") throw new UserError(`${path} was written on a big-endian machine`);
  const size = archive.members.get(pickle)?.size ?? 0;
  if (size > pickleLimit) throw new UserError(`${path}: its pickle of ${size} bytes is longer than names can be`);
  const tensors = parse(path, await archive.read(pickle));
  for (const [name, tensor] of tensors) check(path, archive, folder, name, tensor);
  return {
    tensors,
    metadata: extraMetadata(await text("extra/thorax.json")),
    async read(name) {
      const tensor = tensors.get(name);
      if (!tensor) throw new UserError(`${path} holds no tensor ${quote(name)}${didYouMean(name, tensors.keys())}`);
      const values = toFloat32(tensor.dtype, await readTensor(archive, folder, tensor));
      if (values) return values;
      throw new UserError(
        `${path}: tensor ${quote(name)} holds integers (${tensor.dtype}), not floating-point numbers`,
      );
    },
    [Symbol.dispose]: close,
  };
}

function parse(path: string, bytes: Uint8Array<ArrayBuffer>): ReadonlyMap<string, Tensor> {
  try {
    return readStateDict(bytes);
  } catch (error) {
    if (!(error instanceof PickleError)) throw error;
    throw new UserError(`${path}: ${error.message}`.replace(": wants to", " wants to"), {
      remedy: "In Python, save the tensors alone: torch.save(model.state_dict(), FILE)",
    });
  }
}

/** Refuses a tensor that reaches past its storage, or a storage past its member. */
function check(path: string, archive: ZipArchive, folder: string, name: string, tensor: Tensor): void {
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
  const member = archive.members.get(`${folder}/data/${storage.key}`);
  if (!member?.stored) return fail(`lies in the storage ${quote(storage.key)}, which is not in the file`);
  if (member.size !== whole * dtypeArrays[dtype].BYTES_PER_ELEMENT) {
    return fail(`lies in a storage of ${whole} elements (${dtype}), and the file has ${member.size} bytes of it`);
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
async function readTensor(archive: ZipArchive, folder: string, tensor: Tensor): Promise<TensorArray> {
  const { dtype, shape, strides, offset, storage } = tensor;
  const array = dtypeArrays[dtype], width = array.BYTES_PER_ELEMENT, count = elementCount(shape) ?? 0;
  if (count === 0) return new array(0);
  const bytes = await archive.readStored(`${folder}/data/${storage.key}`, offset * width, extent(tensor) * width);
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

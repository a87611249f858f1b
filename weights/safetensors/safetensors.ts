import { didYouMean, UserError } from "../../errors.ts";
import { type ByteFile, openByteFile } from "../../formats/byte_file.ts";
import { replaceFile } from "../../formats/atomic_file.ts";
import { dtypeArrays, elementCount, type StoredTensor, type TensorArray, toFloat32 } from "../dtype.ts";
import { quote } from "../quote.ts";
import { integersError } from "../tensor_source.ts";
import { encodeHeader, headerLimit, parseHeader, type SafetensorsHeader } from "./safetensors_header.ts";

/** An open safetensors file. Its header is in memory; its tensors stay on disk until they are read. */
export interface SafetensorsFile extends SafetensorsHeader, Disposable {
  /** Reads a floating-point tensor as float32, row-major. F64 is rounded; F16 and BF16 widen exactly. */
  read(name: string): Promise<Float32Array<ArrayBuffer>>;
  /** Reads any tensor in its own type. */
  readStored(name: string): Promise<TensorArray>;
}

/**
 * Writes tensors in the safetensors format (https://github.com/huggingface/safetensors#format), one in memory at a
 * time, wide elements first. The file appears whole or not at all; where one of `linkTargets` has the same bytes, it
 * becomes a hard link to that file, as {@linkcode replaceFile} describes.
 *
 * @throws {UserError} exit status 1, where the file cannot be written
 * @throws {TypeError} on values that do not match the tensor's dtype and shape
 */
export async function writeSafetensors(
  path: string,
  tensors: Iterable<StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
  linkTargets: readonly string[] = [],
): Promise<void> {
  const header = encodeHeader(tensors, metadata);
  await replaceFile(path, async (append) => {
    await append(header.bytes);
    for (const { name, shape, dtype, data } of header.tensors) {
      const values = await data();
      if (!(values instanceof dtypeArrays[dtype]) || values.length !== elementCount(shape)) {
        throw new TypeError(
          `${quote(name)}: ${dtype} [${shape}] wants ${elementCount(shape)} values in a ` +
            `${dtypeArrays[dtype].name}, got ${values.length} in a ${values.constructor.name}`,
        );
      }
      // The format is little-endian, and so is every machine that Deno runs on.
      await append(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  }, { linkTargets });
}

/**
 * Opens a safetensors file and checks its header against the file's size, so that every tensor it lists can be read.
 * The header, at most 100 MB of JSON, bounds the memory that this takes.
 *
 * @throws {UserError} one line that says what is wrong with the file
 *
 * @example
 * ```ts ignore
 * using file = await readSafetensors("best_model.safetensors");
 * for (const [name, { shape }] of file.tensors) console.log(name, shape, await file.read(name));
 * ```
 */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  using stack = new DisposableStack();
  const file = stack.use(await openByteFile(path)), headerBytes = await readHeaderLength(file);
  const start = 8 + headerBytes;
  const header = parseHeader(await file.read(8, headerBytes), { path, dataBytes: file.size - start });
  const readStored = async (name: string) => {
    const entry = header.tensors.get(name);
    if (!entry) {
      throw new UserError(`${path} holds no tensor ${quote(name)}${didYouMean(name, header.tensors.keys())}`);
    }
    const { buffer } = await file.read(start + entry.begin, entry.end - entry.begin);
    return new dtypeArrays[entry.dtype](buffer);
  };
  const read = async (name: string) => {
    const dtype = header.tensors.get(name)?.dtype ?? "F32";
    const values = toFloat32(dtype, await readStored(name));
    if (values) return values;
    throw integersError(path, name, dtype);
  };
  const opened = stack.move();
  return { ...header, read, readStored, [Symbol.dispose]: () => opened.dispose() };
}

async function readHeaderLength(file: ByteFile): Promise<number> {
  const { path, size } = file;
  const start = await file.read(0, Math.min(size, 9));
  if (size < 9) throw new UserError(`${path} is not a safetensors file: it is only ${size} bytes long`);
  const length = new DataView(start.buffer).getBigUint64(0, true);
  if (start[8] !== 0x7b /* { */) {
    const zip = start[0] === 0x50 && start[1] === 0x4b; // "PK"
    throw new UserError(
      `${path} is not a safetensors file${zip ? "; it looks like a ZIP archive or a PyTorch file" : ""}`,
    );
  }
  if (length > headerLimit) {
    throw new UserError(
      `${path} is not a valid safetensors file: a header of ${length} bytes is past the format's limit`,
    );
  }
  if (8n + length > size) {
    throw new UserError(`${path} is truncated: its header is ${length} bytes long, the whole file ${size}`, {
      remedy: "Copy or download it again.",
    });
  }
  return Number(length);
}

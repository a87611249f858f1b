import { UserError } from "../../errors.ts";
import { type ByteFile, openByteFile } from "../../formats/byte_file.ts";
import { dtypeArrays } from "../dtype.ts";
import { isGlobal, PickleError, type Vocabulary } from "./pickle_vocabulary.ts";
import { explainPickle, pickleLimit } from "./explain_pickle.ts";
import { dtypeOf, vocabulary } from "./pytorch_pickle.ts";
import { sourceOfTensors } from "./pytorch_tensors.ts";
import { quote } from "../quote.ts";
import { saveAgain } from "./save_again.ts";
import { type Contents, findTensors } from "./state_dicts.ts";
import type { TensorSource } from "../tensor_source.ts";
import { truncated, unpickle } from "./unpickle.ts";

/** The bytes of `torch.serialization.MAGIC_NUMBER` in a pickle: LONG1, its length of ten bytes, and the number. */
const magic = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/**
 * The bytes of an element, by the class of its storage. Storages whose tensors are not read are here too, as they lie
 * between others.
 */
const elementBytes: ReadonlyMap<string, number> = new Map([
  ...Array.from(dtypeOf, ([name, dtype]): [string, number] => [name, dtypeArrays[dtype].BYTES_PER_ELEMENT]),
  ["torch.ComplexFloatStorage", 8],
  ["torch.ComplexDoubleStorage", 16],
  ["torch.QInt8Storage", 1],
  ["torch.QUInt8Storage", 1],
  ["torch.QInt32Storage", 4],
  ["torch.storage.UntypedStorage", 1],
]);

/** The number of bytes that are read for the pickles: at first, and where the pickles are longer. */
const prefixLengths = [1 << 20, pickleLimit];

/** The pickles at the start of a file, and where its storages begin. */
interface Head extends Contents {
  /** The keys of the storages, in the order of the file. */
  readonly keys: readonly string[];
  /** The bytes of an element, by the key of the storage. */
  readonly widths: ReadonlyMap<string, number>;
  /** The place in the file where the pickles end and the storages begin. */
  readonly end: number;
}

/**
 * Opens a file that `torch.save` wrote before PyTorch 1.6 (`_use_new_zipfile_serialization=False`). It holds four
 * pickles, which are a magic number, the format's version, facts about the machine, and the saved value; a fifth of the
 * storages' keys; and for each storage its number of elements (int64) and their bytes. It has no checksums.
 *
 * @throws {UserError} where the file is of another format, is damaged, or holds no tensors
 */
export async function openLegacyPytorch(path: string): Promise<TensorSource> {
  using stack = new DisposableStack();
  const file = stack.use(await openByteFile(path));
  const { tensors, notes, ...head } = await readHead(file);
  const storages = await locateStorages(file, head), opened = stack.move();
  return sourceOfTensors({
    path,
    tensors,
    metadata: {},
    storages: {
      size: (key) => storages.get(key)?.size,
      read: (key, begin, length) => file.read((storages.get(key)?.begin ?? 0) + begin, length),
      [Symbol.dispose]: () => opened.dispose(),
    },
    notes: [
      "its form is that of PyTorch before 1.6, which has no checksums: damage to the weights would go unnoticed",
      ...notes,
    ],
  });
}

async function readHead(file: ByteFile): Promise<Head> {
  for (const prefix of prefixLengths) {
    const bytes = await file.read(0, Math.min(file.size, prefix));
    if (!hasMagic(bytes)) {
      throw new UserError(`${file.path} is a pickle, and not one of torch.save`, { remedy: saveAgain(bytes) });
    }
    const isAll = prefix === pickleLimit || bytes.length === file.size;
    const head = explainPickle(file.path, () => parseHead(bytes, isAll));
    if (head) return head;
  }
  throw new TypeError("the last prefix is parsed, or refused");
}

/** Parses the pickles. It returns undefined where they go on past `bytes`, and `bytes` is not the whole file. */
function parseHead(bytes: Uint8Array<ArrayBuffer>, isAll: boolean): Head | undefined {
  const widths = new Map<string, number>();
  const recordingWidths: Vocabulary = {
    ...vocabulary,
    persistent(id) {
      const [kind, type, key] = Array.isArray(id) ? id : [];
      const width = isGlobal(type) ? elementBytes.get(type.name) : undefined;
      if (kind === "storage" && typeof key === "string" && width !== undefined) widths.set(key, width);
      return vocabulary.persistent(id);
    },
  };
  let end = 0;
  const next = () => {
    const { value, length } = unpickle(bytes.subarray(end), recordingWidths);
    end += length;
    return value;
  };
  try {
    next();
    next();
    const machine = next(), root = next(), keys = next();
    if (machine instanceof Map && machine.get("little_endian") === false) {
      throw new PickleError("was written on a big-endian machine");
    }
    if (!Array.isArray(keys) || !keys.every((key) => typeof key === "string")) {
      throw new PickleError("its pickle is damaged: storages without keys");
    }
    return { ...findTensors(root), keys, widths, end };
  } catch (error) {
    if (error instanceof PickleError && error.message === truncated && !isAll) return undefined;
    throw error;
  }
}

/** Whether a file's first pickle is the magic number: another may hold it anywhere, in tensors that were pickled one by one. */
function hasMagic(file: Uint8Array): boolean {
  const [first = NaN] = magic, at = file.subarray(0, longestMagic).indexOf(first);
  return at >= 0 && magic.every((byte, i) => file[at + i] === byte);
}

/** The longest beginning with a magic number, in bytes: its protocol (2), perhaps a frame (9), the number (12) and its end. */
const longestMagic = 24;

/** Finds the place and size of each storage, in bytes. */
async function locateStorages(file: ByteFile, { keys, widths, end }: Omit<Head, keyof Contents>) {
  const storages = new Map<string, { readonly begin: number; readonly size: number }>();
  let at = end;
  for (const key of keys) {
    const width = widths.get(key);
    const fail = (problem: string): never => {
      throw new UserError(`${file.path}: its storage ${quote(key)} ${problem}`, {
        remedy: "Copy or download it again",
      });
    };
    if (width === undefined) return fail("is not described by its pickle");
    if (at + 8 > file.size) return fail("is missing: the file is cut off");
    const count = Number(new DataView((await file.read(at, 8)).buffer).getBigInt64(0, true)), size = count * width;
    if (!(count >= 0 && at + 8 + size <= file.size)) return fail(`has ${count} elements, which the file does not hold`);
    storages.set(key, { begin: at + 8, size });
    at += 8 + size;
  }
  return storages;
}

import type { Dtype } from "./dtype.ts";
import { type Global, isGlobal, PickleError, type Vocabulary } from "./pickle_machine.ts";
import { unpickle } from "./unpickle.ts";

/** The bytes behind tensors: a member of the archive. */
export interface Storage {
  readonly key: string;
  readonly dtype: Dtype;
  /** Elements. */
  readonly count: number;
}

/** A tensor as PyTorch saves it: a view of a storage. Nothing of it is checked against the archive. */
export interface Tensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** In elements, as are the offset and the storage's count. */
  readonly strides: readonly number[];
  readonly offset: number;
  readonly storage: Storage;
}

/** PyTorch's classes of storages. */
export const storages: Readonly<Partial<Record<Dtype, string>>> = {
  F32: "FloatStorage",
  F16: "HalfStorage",
  BF16: "BFloat16Storage",
  F64: "DoubleStorage",
  I64: "LongStorage",
  I32: "IntStorage",
  I16: "ShortStorage",
  I8: "CharStorage",
  U8: "ByteStorage",
  BOOL: "BoolStorage",
};

const dtypeOf: ReadonlyMap<unknown, Dtype> = new Map(
  Object.entries(storages).map(([dtype, name]) => [`torch.${name}`, dtype as Dtype]),
);

/** Where people nest the state dict of a checkpoint. */
const nests = ["state_dict", "model", "model_state_dict"];

class Stored implements Tensor {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}

  get dtype(): Dtype {
    return this.storage.dtype;
  }
}

const damaged = (what: string) => new PickleError(`its pickle is damaged: ${what}`);

/** All that a state dict's pickle may name (as `torch.load(weights_only=True)`, and less). */
const vocabulary: Vocabulary = {
  globals: {
    ...Object.fromEntries(Array.from(dtypeOf.keys(), (name): [string, Global["call"]] => [`${name}`, undefined])),
    "collections.OrderedDict": (args) => {
      if (args.length > 0) throw damaged("an OrderedDict of something");
      return new Map();
    },
    "torch.Size": ([sizes]) => sizes,
    "torch._utils._rebuild_tensor_v2": ([storage, offset, shape, strides]) => {
      if (!isStorage(storage) || typeof offset !== "number" || !isNumbers(shape) || !isNumbers(strides)) {
        throw damaged("a tensor without a storage, offset, shape or strides");
      }
      return new Stored(storage, offset, shape, strides);
    },
    "torch._utils._rebuild_parameter": ([tensor]) => tensor,
  },
  persistent(id) {
    if (!Array.isArray(id)) throw damaged("a storage without a description");
    const [kind, type, key, , count] = id;
    const dtype = isGlobal(type) ? dtypeOf.get(type.name) : undefined;
    if (kind !== "storage" || !dtype || typeof key !== "string" || typeof count !== "number") {
      throw damaged("a storage without a type, key or length");
    }
    return { key, dtype, count } satisfies Storage;
  },
};

const isStorage = (value: unknown): value is Storage =>
  typeof value === "object" && value !== null && "key" in value && "dtype" in value && "count" in value;

/** The axes that PyTorch allows. Looking at more, each time a tensor names the same list, would take for ever. */
const rankLimit = 64;

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= rankLimit && value.every((item) => typeof item === "number");

/**
 * The tensors of a `data.pkl`, by name: of a state dict, or of one that is nested in a checkpoint.
 *
 * @throws {PickleError} for everything else
 */
export function readStateDict(pickle: Uint8Array<ArrayBuffer>): ReadonlyMap<string, Tensor> {
  const root = unpickle(pickle, vocabulary);
  if (!(root instanceof Map)) throw new PickleError("holds no state dict");
  const direct = tensorsOf(root);
  if (direct.size > 0) return direct;
  for (const name of nests) {
    const nested: unknown = root.get(name);
    const tensors = nested instanceof Map ? tensorsOf(nested) : undefined;
    if (tensors && tensors.size > 0) return tensors;
  }
  throw new PickleError("holds no tensors by name");
}

function tensorsOf(dict: ReadonlyMap<unknown, unknown>): ReadonlyMap<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const [name, value] of dict) if (typeof name === "string" && value instanceof Stored) tensors.set(name, value);
  return tensors;
}

/** What {@linkcode writePytorch} keeps beside the tensors; nothing where it is not ours. */
export function extraMetadata(json: string | undefined): Readonly<Record<string, string>> {
  try {
    const value: unknown = JSON.parse(json ?? "{}");
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === "string"));
  } catch {
    return {};
  }
}

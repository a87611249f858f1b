import type { Dtype } from "../dtype.ts";
import type { TensorInfo } from "../tensor_source.ts";
import { type Global, isGlobal, OpaqueObject, PickleError, type Vocabulary } from "./pickle_vocabulary.ts";

/** The elements behind one or more tensors, as the pickle describes them. */
export interface Storage {
  readonly key: string;
  readonly dtype: Dtype;
  /** The number of its elements. */
  readonly count: number;
}

/**
 * A tensor as PyTorch saves it: a view of a storage. It is read from the pickle alone and not yet checked against the
 * file.
 */
export class TorchTensor implements TensorInfo {
  constructor(
    readonly storage: Storage,
    /** The index of its first element in the storage. */
    readonly offset: number,
    readonly shape: readonly number[],
    /** The steps between neighbors along each axis, in elements. */
    readonly strides: readonly number[],
  ) {}

  get dtype(): Dtype {
    return this.storage.dtype;
  }
}

/** PyTorch's class of storage for each element type. */
export const storageClasses: Readonly<Partial<Record<Dtype, string>>> = {
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

/** The element type of each class of storage, such as `torch.FloatStorage`. */
export const dtypeOf: ReadonlyMap<string, Dtype> = new Map(
  Object.entries(storageClasses).map(([dtype, name]) => [`torch.${name}`, dtype as Dtype]),
);

const damaged = (what: string) => new PickleError(`its pickle is damaged: ${what}`);

/** Rebuilds a tensor from its first arguments, whose order is the same in every version of PyTorch. */
const rebuild: Global["call"] = ([storage, offset, shape, strides]) => {
  if (storage instanceof OpaqueObject) return storage;
  if (!isStorage(storage) || typeof offset !== "number" || !isNumbers(shape) || !isNumbers(strides)) {
    throw damaged("a tensor without a storage, offset, shape or strides");
  }
  return new TorchTensor(storage, offset, shape, strides);
};

/**
 * Makes an OrderedDict. Python 2 passes its items to the call, `[[key, value], …]`; later versions set them afterward.
 */
function dictOf([items = []]: readonly unknown[]): Map<unknown, unknown> {
  const dict = new Map<unknown, unknown>();
  if (!Array.isArray(items)) throw damaged("an OrderedDict of something");
  for (const item of items) {
    if (!Array.isArray(item) || item.length !== 2) throw damaged("an OrderedDict of something");
    dict.set(item[0], item[1]);
  }
  return dict;
}

/** The globals and storages of PyTorch's pickles. */
export const vocabulary: Vocabulary = {
  globals: {
    ...Object.fromEntries(Array.from(dtypeOf.keys(), (name): [string, Global["call"]] => [name, undefined])),
    "collections.OrderedDict": dictOf,
    "collections.defaultdict": () => new Map(),
    "torch.Size": ([sizes]) => sizes,
    "torch._utils._rebuild_tensor": rebuild,
    "torch._utils._rebuild_tensor_v2": rebuild,
    "torch._utils._rebuild_parameter": ([tensor]) => tensor,
    "torch._utils._rebuild_parameter_with_state": ([tensor]) => tensor,
    // A tensor of a subclass, such as MONAI's MetaTensor: the function that rebuilds it, its class, and the arguments.
    "torch._tensor._rebuild_from_type_v2": ([how, , args]) =>
      isGlobal(how) && Array.isArray(args) ? how.call?.(args) : new OpaqueObject("torch.Tensor"),
  },
  persistent(id) {
    if (!Array.isArray(id)) throw damaged("a storage without a description");
    const [kind, type, key, , count, view] = id;
    // Before PyTorch 1.6, a class came with its source.
    if (kind === "module" && isGlobal(type)) return type;
    if (kind === "storage" && isGlobal(type) && !dtypeOf.has(type.name)) return new OpaqueObject(type.name);
    const dtype = isGlobal(type) ? dtypeOf.get(type.name) : undefined;
    if (kind !== "storage" || !dtype || typeof key !== "string" || typeof count !== "number") {
      throw damaged("a storage without a type, key or length");
    }
    if (Array.isArray(view)) {
      throw new PickleError("has a storage that is part of another, as PyTorch 0.3 could write it");
    }
    return { key, dtype, count } satisfies Storage;
  },
};

const isStorage = (value: unknown): value is Storage =>
  typeof value === "object" && value !== null && "key" in value && "dtype" in value && "count" in value;

/**
 * The most axes that PyTorch allows. Without this limit, many tensors that name one long list would take forever to
 * check.
 */
const rankLimit = 64;

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= rankLimit && value.every((item) => typeof item === "number");

/** Parses the metadata that Thorax writes beside the tensors. A file of another program has none. */
export function parseExtraMetadata(json: string | undefined): Readonly<Record<string, string>> {
  try {
    const value: unknown = JSON.parse(json ?? "{}");
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === "string"));
  } catch {
    return {};
  }
}

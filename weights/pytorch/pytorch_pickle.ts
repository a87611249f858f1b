import type { Dtype } from "../dtype.ts";
import { type Global, isGlobal, Opaque, PickleError, type Vocabulary } from "./pickle_vocabulary.ts";

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

/** By the class of a storage, `torch.FloatStorage`. */
export const dtypeOf: ReadonlyMap<string, Dtype> = new Map(
  Object.entries(storages).map(([dtype, name]) => [`torch.${name}`, dtype as Dtype]),
);

/** A tensor that is read; of other types there are none here. */
export class Stored implements Tensor {
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

/** A tensor's first arguments have the same order in every version of PyTorch. */
const rebuild: Global["call"] = ([storage, offset, shape, strides]) => {
  if (storage instanceof Opaque) return storage;
  if (!isStorage(storage) || typeof offset !== "number" || !isNumbers(shape) || !isNumbers(strides)) {
    throw damaged("a tensor without a storage, offset, shape or strides");
  }
  return new Stored(storage, offset, shape, strides);
};

/** A dict of Python 2 comes with its items, `[[key, value], …]`. */
function dictOf([items = []]: readonly unknown[]): Map<unknown, unknown> {
  const dict = new Map<unknown, unknown>();
  if (!Array.isArray(items)) throw damaged("an OrderedDict of something");
  for (const item of items) {
    if (!Array.isArray(item) || item.length !== 2) throw damaged("an OrderedDict of something");
    dict.set(item[0], item[1]);
  }
  return dict;
}

/** What is more than its name in a pickle of PyTorch's. */
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
    // A tensor of a class of its own, MONAI's MetaTensor for one: how it is rebuilt, its class, and with what.
    "torch._tensor._rebuild_from_type_v2": ([how, , args]) =>
      isGlobal(how) && Array.isArray(args) ? how.call?.(args) : new Opaque("torch.Tensor"),
  },
  persistent(id) {
    if (!Array.isArray(id)) throw damaged("a storage without a description");
    const [kind, type, key, , count, view] = id;
    // Before 1.6 a class came with its source.
    if (kind === "module" && isGlobal(type)) return type;
    if (kind === "storage" && isGlobal(type) && !dtypeOf.has(type.name)) return new Opaque(type.name);
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

/** The axes that PyTorch allows. Looking at more, each time a tensor names the same list, would take for ever. */
const rankLimit = 64;

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= rankLimit && value.every((item) => typeof item === "number");

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

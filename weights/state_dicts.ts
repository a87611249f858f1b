import { isGlobal, Opaque, PickleError } from "./pickle_machine.ts";
import { Stored, type Tensor } from "./pytorch_pickle.ts";
import { quote } from "./safetensors_header.ts";

/** What is in a pickle of PyTorch's. */
export interface Contents {
  /** By name: that of a nested dict stands before its tensors', `state_dict.conv1.weight`, and a list counts its items. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Objects that were met and not read, each with its class: `hyper_parameters (argparse.Namespace)`. */
  readonly skipped: readonly string[];
}

/** Dicts and lists within one another. Those of checkpoints reach 4 or 5. */
const deepest = 16;

/** Of all names together, in characters: those of a model take about 20,000. */
const mostText = 1 << 26;

/** Whether an object is a module of PyTorch's, saved whole: its attributes hold its tensors, whatever its class would make of them. */
const isModule = ({ attributes }: Opaque) => attributes?.get("_modules") instanceof Map;

/** What a module holds, by the names of a state dict. */
function* itemsOf(object: Opaque): Generator<readonly [unknown, unknown]> {
  if (!isModule(object)) return;
  for (const kind of ["_parameters", "_buffers", "_modules"]) {
    const items: unknown = object.attributes?.get(kind);
    if (items instanceof Map) yield* items;
  }
}

/**
 * The tensors of an unpickled value by name, wherever they are in it: which of its dicts holds a model is not known here. What is met
 * again, by another name or in itself, counts once.
 *
 * @throws {PickleError} where there are none
 */
export function contentsOf(root: unknown): Contents {
  const tensors = new Map<string, Tensor>(), skipped: string[] = [], met = new Set<unknown>();
  let text = 0;
  const items = (value: unknown): Iterable<readonly [unknown, unknown]> => {
    if (value instanceof Map || Array.isArray(value)) return value.entries();
    return value instanceof Opaque ? itemsOf(value) : [];
  };
  const visit = (value: unknown, name: string, depth: number) => {
    if (value instanceof Stored) {
      text += name.length;
      if (text > mostText) throw new PickleError("has longer names than weights have");
      if (tensors.has(name)) throw new PickleError(`names ${quote(name)} twice, as one name and within a dict`);
      tensors.set(name, value);
    }
    if (typeof value !== "object" || met.has(value) || depth === deepest) return;
    met.add(value);
    if (value instanceof Opaque && !isModule(value) && skipped.length < 64) {
      skipped.push(`${quote(name).slice(1, -1)} (${quote(value.name).slice(1, -1)})`);
    }
    for (const [key, item] of items(value)) {
      if (typeof key === "string" || typeof key === "number") {
        visit(item, name === "" ? `${key}` : `${name}.${key}`, depth + 1);
      }
    }
  };
  visit(root, "", 0);
  if (tensors.size > 0) return { tensors, skipped };
  if (root instanceof Opaque && root.name.includes(".") || isGlobal(root)) {
    throw new PickleError(`holds an object of ${quote(root.name).slice(1, -1)}, and no state dict`);
  }
  if (!(root instanceof Map)) throw new PickleError("holds no state dict");
  throw new PickleError(
    `holds no tensors by name${skipped.length > 0 ? `, but ${skipped.slice(0, 4).join(", ")}` : ""}`,
  );
}

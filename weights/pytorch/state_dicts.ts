import { isGlobal, Opaque, PickleError } from "./pickle_vocabulary.ts";
import { Stored, type Tensor } from "./pytorch_pickle.ts";
import { quote } from "../safetensors/safetensors_header.ts";

/** What is in a pickle of PyTorch's. */
export interface Contents {
  /** By name: that of a nested dict stands before its tensors', `state_dict.conv1.weight`, and a list counts its items. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** What is to be said of objects that were met, a line each. */
  readonly notes: readonly string[];
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
  const tensors = new Map<string, Tensor>(), skipped: string[] = [], modules: string[] = [], met = new Set<unknown>();
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
    // A set or a number past 2^53 is no object of a class.
    if (value instanceof Opaque && value.name.includes(".")) {
      (isModule(value) ? modules : skipped).push(
        `${name === "" ? "" : `${bare(name)} `}(${bare(value.name)})`.replace(/^\((.*)\)$/, "$1"),
      );
    }
    for (const [key, item] of items(value)) {
      if (typeof key === "string" || typeof key === "number") {
        visit(item, name === "" ? `${key}` : `${name}.${key}`, depth + 1);
      }
    }
  };
  visit(root, "", 0);
  if (tensors.size > 0) {
    return {
      tensors,
      notes: [
        ...modules.length === 0
          ? []
          : [`it holds a whole object, ${modules[0]}, whose tensors are read; nothing of it is run`],
        ...skipped.length === 0 ? [] : [`skipped, and never run: ${listed(skipped)}`],
      ],
    };
  }
  if (root instanceof Opaque && root.name.includes(".") || isGlobal(root)) {
    throw new PickleError(`holds an object of ${bare(root.name)}, and no state dict`);
  }
  if (!(root instanceof Map)) throw new PickleError("holds no state dict");
  throw new PickleError(
    `holds no tensors by name${skipped.length > 0 ? `, but ${listed(skipped)}` : ""}`,
  );
}

const bare = (name: string) => quote(name).slice(1, -1);

function listed(items: readonly string[]): string {
  const shown = 4;
  return items.slice(0, shown).join(", ") + (items.length > shown ? ` and ${items.length - shown} more` : "");
}

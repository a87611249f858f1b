import { isGlobal, OpaqueObject, PickleError } from "./pickle_vocabulary.ts";
import { TorchTensor } from "./pytorch_pickle.ts";
import { quote } from "../quote.ts";

/** The tensors in a PyTorch pickle. */
export interface Contents {
  /** The tensors by name. The keys of nested dicts, and the indices of lists, come first: `state_dict.conv1.weight`. */
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  /** Lines for the user about other objects in the pickle. */
  readonly notes: readonly string[];
}

/** The greatest depth of nested dicts and lists that is searched. Checkpoints reach 4 or 5. */
const maxDepth = 16;

/** The most characters of all names together. The names of a model take about 20,000. */
const maxNameCharacters = 1 << 26;

/**
 * Whether an object is a PyTorch module that was saved whole. Its attributes hold its tensors, whatever its class is.
 */
const isModule = ({ attributes }: OpaqueObject) => attributes?.get("_modules") instanceof Map;

/** The parameters, buffers and submodules of a module, by the names that its state dict gives them. */
function* itemsOf(object: OpaqueObject): Generator<readonly [unknown, unknown]> {
  if (!isModule(object)) return;
  for (const kind of ["_parameters", "_buffers", "_modules"]) {
    const items: unknown = object.attributes?.get(kind);
    if (items instanceof Map) yield* items;
  }
}

/**
 * Collects the tensors of an unpickled value by name, wherever they are in it, as nothing yet tells which of its dicts
 * holds the model. A dict or list that occurs again, under another name or in itself, counts once.
 *
 * @throws {PickleError} where there are no tensors
 */
export function findTensors(root: unknown): Contents {
  const tensors = new Map<string, TorchTensor>(),
    skipped: string[] = [],
    modules: string[] = [],
    met = new Set<unknown>();
  let text = 0;
  const items = (value: unknown): Iterable<readonly [unknown, unknown]> => {
    if (value instanceof Map || Array.isArray(value)) return value.entries();
    return value instanceof OpaqueObject ? itemsOf(value) : [];
  };
  const visit = (value: unknown, name: string, depth: number) => {
    if (value instanceof TorchTensor) {
      text += name.length;
      if (text > maxNameCharacters) throw new PickleError("has longer names than weights have");
      if (tensors.has(name)) throw new PickleError(`names ${quote(name)} twice, as one name and within a dict`);
      tensors.set(name, value);
    }
    if (typeof value !== "object" || met.has(value) || depth === maxDepth) return;
    met.add(value);
    // Names without a dot are of sets and of numbers past 2^53, which are not objects of a class.
    if (value instanceof OpaqueObject && value.name.includes(".")) {
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
  if (root instanceof OpaqueObject && root.name.includes(".") || isGlobal(root)) {
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

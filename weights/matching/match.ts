import type { Model, Parameter } from "../../dsl/compile/compile.ts";
import { headOf } from "../../dsl/compile/tree.ts";
import type { Shape } from "../../dsl/shape.ts";
import type { WeightsFile } from "../tensor_source.ts";
import { type Adaptation, type AdaptationRule, adaptations } from "./adapt.ts";
import { isBookkeeping, isExtra } from "./extras.ts";
import { findHead, type HeadLocation } from "./find_head.ts";
import type { KeyMap, KeyMapEntry } from "./key_map.ts";
import type { Location } from "./locate.ts";

/** The tensors of a file that hold a parameter, by their names in the file. */
export interface ParameterSource extends KeyMapEntry {
  readonly adaptation?: Adaptation;
}

/** A parameter that a file does not hold as the model needs it. */
export interface Mismatch {
  /** What is wrong, for people. */
  readonly text: string;
  readonly isMissing: boolean;
}

/** The comparison of a file's tensors with a model's parameters. */
export interface Match {
  /** The tensors of each parameter that fits, by its path. */
  readonly sources: ReadonlyMap<string, ParameterSource>;
  /** The other parameters, by path. */
  readonly mismatches: ReadonlyMap<string, Mismatch>;
  /** The head, where it is not under the library's name. */
  readonly head?: HeadLocation;
  /** Tensors among the model's weights that the model does not have. */
  readonly unexpected: readonly string[];
  /** Tensors beside the model's weights, which it need not have. */
  readonly extras: readonly string[];
}

/** Where a model is in a file, and how it is compared. */
export interface MatchOptions extends Location {
  readonly model: Model;
  /** The names in the file, by the same names without wrappers. */
  readonly names: ReadonlyMap<string, string>;
  /** The prefixes of further copies of the model within the location. */
  readonly copies?: readonly string[];
  /** Whether tensors of another shape are mismatches even where they could be adapted. */
  readonly strict: boolean;
}

/** Compares the names and shapes in a location of a file with a model's. */
export function match(file: WeightsFile, options: MatchOptions): Match {
  const { model, names, prefix, keyMap, strict } = options;
  const head = findHead([...names.keys()], prefix, headNames(model, keyMap), (name) => {
    return name.startsWith(prefix) && keyMap.names.has(name.slice(prefix.length));
  });
  const inFile = (name: string) => names.get(head?.names.get(name) ?? prefix + name);
  const sources = new Map<string, ParameterSource>(), mismatches = new Map<string, Mismatch>();
  const rules = strict ? [] : adaptations(model);
  for (const parameter of model.parameters) {
    const { path } = parameter, entry = keyMap.entries.get(path);
    if (!entry) throw new TypeError(`there is no name for ${path}`);
    const compared = compare(file, inFile, parameter, entry, rules);
    if ("text" in compared) mismatches.set(path, compared);
    else sources.set(path, compared);
  }
  const used = new Set([...keyMap.names, ...head?.names.keys() ?? []].map(inFile));
  return { sources, mismatches, head, ...otherTensors(used, options) };
}

/** Sorts the tensors that no parameter uses. */
function otherTensors(
  used: ReadonlySet<string | undefined>,
  { names, prefix, keyMap, copies = [] }: MatchOptions,
): Pick<Match, "unexpected" | "extras"> {
  const unexpected: string[] = [], extras: string[] = [];
  for (const [name, inFile] of names) {
    if (used.has(inFile) || isBookkeeping(name)) continue;
    const rest = name.slice(prefix.length);
    const isBeside = !name.startsWith(prefix) || isExtra(rest) || keyMap.naming.unused?.includes(rest) ||
      copies.some((copy) => name.startsWith(copy));
    (isBeside ? extras : unexpected).push(inFile);
  }
  return { unexpected, extras };
}

/** The names of the head's tensors, where each parameter of it is one tensor. */
function headNames({ tree }: Model, { entries }: KeyMap): readonly string[] {
  const names = Array.from(headOf(tree), (path) => entries.get(path)?.names ?? []);
  return names.every(({ length }) => length === 1) ? names.flat() : [];
}

/** Finds a parameter's tensors in the file, or what is wrong with them. */
function compare(
  { tensors }: WeightsFile,
  inFile: (name: string) => string | undefined,
  { path }: Parameter,
  { names, bias, layout }: KeyMapEntry,
  rules: readonly AdaptationRule[],
): ParameterSource | Mismatch {
  const label = names.length === 1 && names[0] === path ? path : `${names.join(" + ")} (${path})`;
  // A convolution that was built without a bias has none to subtract.
  const biasInFile = bias === undefined ? undefined : inFile(bias);
  if (biasInFile !== undefined && !isSameButForOnes(tensors.get(biasInFile)?.shape ?? [], layout.shape)) {
    return shapeMismatch(bias ?? "", tensors.get(biasInFile)?.shape ?? [], layout.shape);
  }
  const [firstName, ...otherNames] = names;
  const found: KeyMapEntry["names"] = [inFile(firstName) ?? "", ...otherNames.map((name) => inFile(name) ?? "")];
  const shape = joinedShape(found.map((name) => tensors.get(name)?.shape));
  if (shape === undefined) return { text: `${label} ${show(layout.shape)} is missing`, isMissing: true };
  const source = { names: found, bias: biasInFile, layout };
  if (isSameButForOnes(shape, layout.shape)) return source;
  for (const rule of rules) {
    const adaptation = rule({ path, label, found: shape, wanted: layout.shape });
    if (adaptation) return { ...source, adaptation };
  }
  return shapeMismatch(label, shape, layout.shape);
}

/** The shape of tensors that are joined along their first axis; undefined where one is missing. */
function joinedShape(shapes: readonly (Shape | undefined)[]): Shape | undefined {
  const [first] = shapes;
  if (first === undefined || shapes.includes(undefined)) return undefined;
  return shapes.length === 1 ? first : [shapes.reduce((sum, part) => sum + (part?.[0] ?? 0), 0), ...first.slice(1)];
}

function shapeMismatch(label: string, found: Shape, wanted: Shape): Mismatch {
  return { text: `${label} is ${show(found)}, and the model has ${show(wanted)}`, isMissing: false };
}

/** Whether two shapes are equal except for axes of size 1, which a library may write or leave out. */
function isSameButForOnes(a: Shape, b: Shape): boolean {
  const withoutOnes = (shape: Shape) => shape.filter((size) => size !== 1).join();
  return withoutOnes(a) === withoutOnes(b);
}

/** Shows a shape, `[64, 3, 7, 7]`. */
export const show = (shape: Shape): string => `[${shape.join(", ")}]`;

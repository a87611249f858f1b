import type { Model, Parameter } from "../../dsl/compile/compile.ts";
import type { Shape } from "../../dsl/shape.ts";
import { headOf } from "../../dsl/compile/tree.ts";
import { type Adaptation, adaptations } from "./adapt.ts";
import type { Written } from "./dialect.ts";
import { isBookkeeping, isExtra } from "./extras.ts";
import { findHead, type FoundHead } from "./heads.ts";
import type { WeightsFile } from "../tensor_source.ts";
import type { Way } from "./ways.ts";

/** A parameter in the file, the names as the file has them. */
export interface Source extends Written {
  readonly adaptation?: Adaptation;
}

/** What is wrong with a parameter, for people. */
export interface Fault {
  readonly text: string;
  readonly isMissing: boolean;
}

/** The tensors of a file beside the parameters of a model. */
export interface Match {
  /** By path. */
  readonly sources: ReadonlyMap<string, Source>;
  /** What is wrong with the other parameters, by path. */
  readonly misfits: ReadonlyMap<string, Fault>;
  /** The head, where it is not in its library's place. */
  readonly head?: FoundHead;
  /** What lies among the model's weights and is none of them. */
  readonly strays: readonly string[];
  /** What lies beside them, and need not be of the model. */
  readonly extras: readonly string[];
}

/** Where names are looked for, and how. */
export interface Matching extends Way {
  readonly model: Model;
  /** The names of the file without wrappers' parts, each as the file has it. */
  readonly names: ReadonlyMap<string, string>;
  /** Prefixes within the place that hold the model again. */
  readonly others?: readonly string[];
  /** Whether no tensor may be made to fit. */
  readonly strict: boolean;
}

/** Compares the names and shapes in a place of a file with a model's. */
export function match(file: WeightsFile, { model, names, prefix, dialect, others = [], strict }: Matching): Match {
  const head = findHead([...names.keys()], prefix, headNames(model, dialect.written), (name) => {
    return name.startsWith(prefix) && dialect.names.has(name.slice(prefix.length));
  });
  const fullOf = (name: string) => names.get(head?.names.get(name) ?? prefix + name);
  const sources = new Map<string, Source>(), misfits = new Map<string, Fault>();
  const rules = strict ? [] : adaptations(model);
  for (const parameter of model.parameters) {
    const { path } = parameter, place = dialect.written.get(path);
    if (!place) throw new TypeError(`there is no name for ${path}`);
    const compared = compare(file, fullOf, parameter, place, rules);
    if ("text" in compared) misfits.set(path, compared);
    else sources.set(path, compared);
  }
  const used = new Set([...dialect.names, ...head?.names.keys() ?? []].map(fullOf));
  const strays: string[] = [], extras: string[] = [];
  for (const [name, full] of names) {
    if (used.has(full) || isBookkeeping(name)) continue;
    const rest = name.slice(prefix.length);
    const isBeside = !name.startsWith(prefix) || isExtra(rest) || dialect.spare?.includes(rest) ||
      others.some((other) => name.startsWith(other));
    (isBeside ? extras : strays).push(full);
  }
  return { sources, misfits, head, strays, extras };
}

/** The names of the head's tensors, where each parameter is one. */
function headNames({ tree }: Model, written: ReadonlyMap<string, Written>): readonly string[] {
  const names = Array.from(headOf(tree), (path) => written.get(path)?.names ?? []);
  return names.every(({ length }) => length === 1) ? names.flat() : [];
}

/** A parameter's tensors in the file, or what is wrong with them. */
function compare(
  { tensors }: WeightsFile,
  fullOf: (name: string) => string | undefined,
  { path }: Parameter,
  { names, bias, layout }: Written,
  adapting: readonly AdaptationRule[],
): Source | Fault {
  const label = names.length === 1 && names[0] === path ? path : `${names.join(" + ")} (${path})`;
  // A convolution without a bias has none to take off.
  const taken = bias === undefined ? undefined : fullOf(bias);
  if (taken !== undefined && !sameButForOnes(tensors.get(taken)?.shape ?? [], layout.shape)) {
    return misshapen(bias ?? "", tensors.get(taken)?.shape ?? [], layout.shape);
  }
  const full = names.map((name) => fullOf(name) ?? "");
  const shapes = full.map((name) => tensors.get(name)?.shape);
  const [first, ...rest] = shapes;
  if (first === undefined || rest.some((other) => other === undefined)) {
    return { text: `${label} ${show(layout.shape)} is missing`, isMissing: true };
  }
  const found = names.length === 1
    ? first
    : [shapes.reduce((sum, part) => sum + (part?.[0] ?? 0), 0), ...first.slice(1)];
  const source = { names: full as [string, ...string[]], bias: taken, layout };
  if (sameButForOnes(found, layout.shape)) return source;
  for (const rule of adapting) {
    const adaptation = rule({ path, label, found, wanted: layout.shape });
    if (adaptation) return { ...source, adaptation };
  }
  return misshapen(label, found, layout.shape);
}

function misshapen(label: string, found: Shape, wanted: Shape): Fault {
  return { text: `${label} is ${show(found)}, and the model has ${show(wanted)}`, isMissing: false };
}

type AdaptationRule = ReturnType<typeof adaptations>[number];

/** Axes of one element are written or not, as a library likes. */
function sameButForOnes(a: Shape, b: Shape): boolean {
  const large = (shape: Shape) => shape.filter((size) => size !== 1).join();
  return large(a) === large(b);
}

export const show = (shape: Shape) => `[${shape.join(", ")}]`;

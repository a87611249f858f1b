import { showPlace } from "../errors.ts";
import type { AnySpec } from "../any_spec.ts";
import type { Combinator, Definition, Layer, LayerParameter } from "../layer.ts";
import type { Lookup } from "../table.ts";
import { type Allowance, copiesOf } from "../limits.ts";
import { join } from "../path.ts";
import { shapesAt } from "../shape_inference.ts";
import type { Place, Shape, Signal } from "../shape.ts";

interface Inferred extends Place {
  readonly spec: AnySpec;
  readonly input: Shape;
  readonly output: Signal;
}

/** A layer in its place, with the shapes that run through it. */
export interface Leaf extends Inferred {
  readonly layer: Layer;
  readonly parameters: Readonly<Record<string, LayerParameter>>;
}

/** A combinator in its place, with its children by name, in the order in which they run. */
export interface Branch extends Inferred {
  readonly combinator: Combinator;
  readonly children: ReadonlyMap<string, Tree>;
  /** Whether its activations are not kept for the backward pass (see remat.ts). */
  readonly isSegment?: boolean;
}

/** A spec with every shape inferred. */
export type Tree = Leaf | Branch;

/** What it takes to infer the shapes of a spec. */
export interface Growth {
  readonly find: Lookup;
  readonly allowance: Allowance;
}

/** Infers every shape of a spec, once, from the input on; `depth` is 1 for a spec that is in no other. */
export function grow(spec: AnySpec, path: string, input: Signal, growth: Growth, depth = 1): Tree {
  const { find, allowance } = growth;
  const definition = find(spec.type, path);
  const place = { path, type: spec.type };
  allowance.enter(place, depth, copiesOf(definition, spec));
  const at = shapesAt(place, input);
  const common = { ...place, spec, input: input.shape };
  if (!isCombinator(definition)) {
    const shape = definition.shape(spec, input.shape, at);
    const parameters = definition.parameters?.(spec, input.shape) ?? {};
    const multiplyAdds = definition.multiplyAdds?.(spec, input.shape, shape);
    allowance.layer(place, shape, parameters, { multiplyAdds, ...definition.bounds?.(spec, input.shape, shape) });
    return { ...common, layer: definition, parameters, output: { shape, from: place } };
  }
  const specs = new Map<string, AnySpec>(definition.children(spec));
  const children = new Map<string, Tree>();
  const output = definition.wire<Signal>(spec, input, {
    child(name, value) {
      const tree = grow(childOf(specs, name, place), join(path, name), value, growth, depth + 1);
      children.set(name, tree);
      return tree.output;
    },
    join(join, values) {
      const shape = join.shape(values, at);
      allowance.layer(place, shape, {}, {});
      return { shape, from: place };
    },
  });
  return { ...common, combinator: definition, children, output };
}

/** The layers, in the order in which they run. */
export function leaves(tree: Tree): readonly Leaf[] {
  return "layer" in tree ? [tree] : [...tree.children.values()].flatMap(leaves);
}

/** The same tree of other layers. */
export function mapLeaves(tree: Tree, map: (leaf: Leaf) => Leaf): Tree {
  if ("layer" in tree) return map(tree);
  return { ...tree, children: new Map(Array.from(tree.children, ([name, child]) => [name, mapLeaves(child, map)])) };
}

/** The paths of the head's parameters: those of the last layer with parameters. */
export function headOf(tree: Tree): ReadonlySet<string> {
  const head = leaves(tree).findLast(({ parameters }) => Object.keys(parameters).length > 0);
  return new Set(head && Object.keys(head.parameters).map((name) => join(head.path, name)));
}

/** A child that must be there. */
export function childOf<T>(children: ReadonlyMap<string, T>, name: string, place: Place): T {
  const child = children.get(name);
  if (child === undefined) throw new TypeError(`${showPlace(place)}: wire() names a child "${name}" that it has not`);
  return child;
}

function isCombinator(definition: Definition): definition is Combinator {
  return "wire" in definition;
}

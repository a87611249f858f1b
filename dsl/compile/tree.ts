import { showPlace } from "../errors.ts";
import type { AnySpec } from "../any_spec.ts";
import type { Combinator, Definition, Layer, LayerParameter } from "../layer.ts";
import type { Lookup } from "../table.ts";
import { type Allowance, copiesOf } from "../limits.ts";
import { join } from "../path.ts";
import { shapesAt } from "../shape_inference.ts";
import type { Place, Shape, Signal } from "../shape.ts";

/** What a layer and a combinator have in common once shapes are inferred. */
export interface Node extends Place {
  /** The spec at this place. */
  readonly spec: AnySpec;
  /** The shape that arrives, without the batch. */
  readonly input: Shape;
  /** The shape that leaves, and the spec that produced it. */
  readonly output: Signal;
}

/** A layer in its place, with its shapes. */
export interface Leaf extends Node {
  /** The layer's definition. */
  readonly layer: Layer;
  /** The layer's parameters, by name. */
  readonly parameters: Readonly<Record<string, LayerParameter>>;
}

/** A combinator in its place, with its shapes and children. */
export interface Branch extends Node {
  /** The combinator's definition. */
  readonly combinator: Combinator;
  /** The children by name, in the order in which they run. */
  readonly children: ReadonlyMap<string, Tree>;
  /** Whether the backward pass computes its activations again (see remat.ts). */
  readonly isSegment?: boolean;
}

/** A spec with every shape inferred. */
export type Tree = Leaf | Branch;

/** What shape inference needs beside the spec. */
export interface Growth {
  readonly find: Lookup;
  readonly allowance: Allowance;
}

/** Infers every shape of a spec, from the input on; `depth` is 1 for a spec that is in no other. */
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

/** Lists the layers, in the order in which they run. */
export function leaves(tree: Tree): readonly Leaf[] {
  return "layer" in tree ? [tree] : [...tree.children.values()].flatMap(leaves);
}

/** Makes a tree of the same structure with other layers. */
export function mapLeaves(tree: Tree, map: (leaf: Leaf) => Leaf): Tree {
  if ("layer" in tree) return map(tree);
  return { ...tree, children: new Map(Array.from(tree.children, ([name, child]) => [name, mapLeaves(child, map)])) };
}

/** The paths of the head's parameters: those of the last layer with parameters. */
export function headOf(tree: Tree): ReadonlySet<string> {
  const head = leaves(tree).findLast(({ parameters }) => Object.keys(parameters).length > 0);
  return new Set(head && Object.keys(head.parameters).map((name) => join(head.path, name)));
}

/**
 * A child that `wire` names.
 *
 * @throws {TypeError} for a name that is not among the children
 */
export function childOf<T>(children: ReadonlyMap<string, T>, name: string, place: Place): T {
  const child = children.get(name);
  if (child === undefined) throw new TypeError(`${showPlace(place)}: wire() names a child "${name}" that it has not`);
  return child;
}

function isCombinator(definition: Definition): definition is Combinator {
  return "wire" in definition;
}

import * as tf from "@tensorflow/tfjs-core";
import { identityLayer } from "../layers/identity.ts";
import type { Weights } from "../layer.ts";
import { join } from "../path.ts";
import { childOf, type Leaf, leaves, mapLeaves, type Tree } from "./tree.ts";

/** Layers that only scale and move channels, each with the layer before it that takes it in. By path. */
export type Folds = ReadonlyMap<string, Leaf>;

/** A value on its way through the model: the layer that made it, and who takes it. */
interface Value {
  readonly maker?: Leaf;
  readonly takers: (Leaf | "other")[];
}

/** Finds what can be folded: where a layer's value goes to nothing but the one that scales and moves it. */
export function findFolds(tree: Tree): Folds {
  const values: Value[] = [];
  const made = (maker?: Leaf): Value => {
    const value = { maker, takers: [] };
    values.push(value);
    return value;
  };
  const walk = (tree: Tree, value: Value): Value => {
    if ("layer" in tree) {
      value.takers.push(tree);
      return made(tree);
    }
    return tree.combinator.wire<Value>(tree.spec, value, {
      child: (name, value) => walk(childOf(tree.children, name, tree), value),
      join: (_, values) => {
        for (const { takers } of values) takers.push("other");
        return made();
      },
    });
  };
  walk(tree, made()).takers.push("other"); // the model's output
  const folds = new Map<string, Leaf>();
  for (const { maker, takers: [taker, ...others] } of values) {
    if (!maker?.layer.absorb || !taker || taker === "other" || others.length > 0) continue;
    if (taker.layer.affine) folds.set(taker.path, maker);
  }
  return folds;
}

/** The tree with every pair as one layer. Paths stay. */
export function foldTree(tree: Tree, folds: Folds): Tree {
  const makers = new Set(folds.values());
  return mapLeaves(tree, (leaf) => {
    if (folds.has(leaf.path)) return { ...leaf, layer: identityLayer, parameters: {} };
    if (!makers.has(leaf) || !leaf.layer.absorb) return leaf;
    const spec = leaf.layer.absorb.spec(leaf.spec);
    return { ...leaf, spec, parameters: leaf.layer.parameters?.(spec, leaf.input) ?? {} };
  });
}

/** The weights of the folded tree. All are new to the caller, who disposes them; what did not change shares its memory. */
export function foldWeights(tree: Tree, folds: Folds, weights: Weights): Weights {
  return tf.tidy(() => {
    const folded: Record<string, tf.Tensor> = {};
    for (const leaf of leaves(tree)) {
      const own = weightsOf(leaf, weights);
      const maker = folds.get(leaf.path);
      const affine = maker && leaf.layer.affine?.(leaf.spec, own);
      if (!maker || !affine) Object.assign(folded, under(leaf.path, own));
      else {Object.assign(
          folded,
          under(maker.path, maker.layer.absorb?.weights(weightsOf(maker, weights), affine) ?? {}),
        );}
    }
    return Object.fromEntries(Object.entries(folded).map(([path, tensor]) => [path, tensor.clone()]));
  });
}

/** A layer's own weights, by the names in its parameters. */
export function weightsOf({ path, parameters }: Leaf, weights: Weights): Weights {
  return Object.fromEntries(
    Object.keys(parameters).map((name) => {
      const full = join(path, name);
      if (!Object.hasOwn(weights, full)) throw new TypeError(`there is no weight "${full}"`);
      return [name, weights[full]];
    }),
  );
}

function under(path: string, own: Weights): Weights {
  return Object.fromEntries(Object.entries(own).map(([name, tensor]) => [join(path, name), tensor]));
}

import * as tf from "@tensorflow/tfjs-core";
import { mapValues } from "../../map_values.ts";
import { activations } from "../layers/activations.ts";
import type { Affine, Weights } from "../layer.ts";
import { join } from "../path.ts";
import { type Leaf, leaves, mapLeaves, type Tree } from "./tree.ts";
import { chainedPairs } from "./uses.ts";

/** The affine layers that are folded, by path, each with the layer before it that absorbs it. */
export type Folds = ReadonlyMap<string, Leaf>;

/** Finds what can be folded: an affine layer that is the only reader of what the layer before it computes. */
export function findFolds(tree: Tree): Folds {
  const folds = chainedPairs(tree).filter(([maker, reader]) => maker.layer.absorb && reader.layer.affine);
  return new Map(folds.map(([maker, reader]) => [reader.path, maker]));
}

/** Makes each pair one layer. Paths stay. */
export function foldTree(tree: Tree, folds: Folds): Tree {
  const makers = new Set(folds.values());
  return mapLeaves(tree, (leaf) => {
    if (folds.has(leaf.path)) return { ...leaf, layer: activations.identity, parameters: {} };
    if (!makers.has(leaf) || !leaf.layer.absorb) return leaf;
    const spec = leaf.layer.absorb.spec(leaf.spec);
    return { ...leaf, spec, parameters: leaf.layer.parameters?.(spec, leaf.input) ?? {} };
  });
}

/**
 * Computes the weights of the folded tree. The caller disposes all of them; those that did not change share their
 * memory.
 */
export function foldWeights(tree: Tree, folds: Folds, weights: Weights): Weights {
  return tf.tidy(() => {
    const folded: Record<string, tf.Tensor> = {};
    for (const leaf of leaves(tree)) {
      const own = weightsOf(leaf, weights);
      const maker = folds.get(leaf.path);
      const affine = maker && leaf.layer.affine?.(leaf.spec, own);
      if (!maker || !affine) Object.assign(folded, under(leaf.path, own));
      else Object.assign(folded, under(maker.path, absorbed(maker, weightsOf(maker, weights), affine)));
    }
    return mapValues(folded, (tensor) => tensor.clone());
  });
}

function absorbed({ layer: { absorb } }: Leaf, own: Weights, affine: Affine): Weights {
  return absorb?.weights(own, affine) ?? {};
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

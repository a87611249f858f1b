import { type Leaf, mapLeaves, type Tree } from "./tree.ts";
import { chainedPairs } from "./uses.ts";

/**
 * Exchanges a monotonic activation and the max pooling that follows it, where nothing else reads the activation:
 * max(relu(x)) is relu(max(x)), but the activation and its gradient then run on the pooled image, of a quarter of the
 * size. Values and gradients stay the same exactly (a gradient's zero may change its sign), and so do paths; neither
 * layer has parameters.
 */
export function poolFirst(tree: Tree): Tree {
  const exchanged = new Map<Leaf, Leaf>();
  for (const [activation, pooling] of chainedPairs(tree)) {
    if (!activation.layer.isMonotonic || !pooling.layer.takesMaxima?.(pooling.spec)) continue;
    const { path, type } = activation, { spec, layer, output } = pooling;
    exchanged.set(activation, { ...activation, spec, layer, output: { ...output, from: { path, type } } });
    exchanged.set(pooling, { ...pooling, spec: activation.spec, layer: activation.layer, input: output.shape });
  }
  if (exchanged.size === 0) return tree;
  // of two activations in a row, the first exchanges with the pooling in the next pass
  return poolFirst(mapLeaves(tree, (leaf) => exchanged.get(leaf) ?? leaf));
}

import type { Graph, Symbolic } from "./graph.ts";

type Operation = Deno.PointerObject;

/** The outputs of a node. */
export type Node = readonly Symbolic[];

/** Nodes that tensors are made of, in the order in which they were appended. */
export function nodesBehind(graph: Graph, tensors: readonly Symbolic[]): Node[] {
  const needed = new Set(tensors.map(({ operation }) => operation));
  const behind = graph.nodes.filter(() => true).reverse().filter(([{ operation, recipe }]) => {
    if (!needed.has(operation)) return false;
    for (const input of recipe.inputs) needed.add(input.operation);
    for (const control of recipe.controls) needed.add(control);
    return true;
  });
  return behind.reverse();
}

/** How often each node is asked for: by other nodes, and as a result. */
export function countUses(nodes: readonly Node[], results: readonly Symbolic[]): Map<Operation, number> {
  const uses = new Map<Operation, number>();
  const use = (operation: Operation) => void uses.set(operation, (uses.get(operation) ?? 0) + 1);
  for (const [{ recipe }] of nodes) {
    for (const { operation } of recipe.inputs) use(operation);
    recipe.controls.forEach(use);
  }
  for (const { operation } of results) use(operation);
  return uses;
}

/** What stands for a tensor after a rewriting. */
export type Now = (tensor: Symbolic) => Symbolic;

/**
 * Makes tensors of a graph anew. `replace` gives other outputs in place of a node's; where it gives nothing the node stays, or is
 * appended once more where something behind it was replaced.
 */
export function rewrite(
  graph: Graph,
  tensors: readonly Symbolic[],
  replace: (node: Node, now: Now) => Node | undefined,
): Symbolic[] {
  const replaced = new Map<Operation, Node>();
  const now: Now = (tensor) => replaced.get(tensor.operation)?.[tensor.recipe.index] ?? tensor;
  for (const node of nodesBehind(graph, tensors)) {
    const [{ operation, recipe: { inputs, controls } }] = node;
    const other = replace(node, now);
    const isChanged = inputs.some((input) => replaced.has(input.operation)) ||
      controls.some((control) => replaced.has(control));
    if (other) replaced.set(operation, other);
    else if (isChanged) {
      const others = controls.map((control) => replaced.get(control)?.[0].operation ?? control);
      replaced.set(operation, graph.again(node, inputs.map(now), others));
    }
  }
  return tensors.map(now);
}

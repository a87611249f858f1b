import type { Graph, SymbolicTensor } from "./graph.ts";

type Operation = Deno.PointerObject;

/** The outputs of a node. */
export type Node = readonly SymbolicTensor[];

/** Returns the nodes that tensors depend on, in the order in which they were appended. */
export function ancestors(graph: Graph, tensors: readonly SymbolicTensor[]): Node[] {
  const needed = new Set(tensors.map(({ operation }) => operation));
  const reversed = graph.nodes.toReversed().filter(([{ operation, nodeDef }]) => {
    if (!needed.has(operation)) return false;
    for (const input of nodeDef.inputs) needed.add(input.operation);
    for (const control of nodeDef.controls) needed.add(control);
    return true;
  });
  return reversed.reverse();
}

/** Counts how often each node is used: by other nodes, and as a result. */
export function countUses(nodes: readonly Node[], results: readonly SymbolicTensor[]): Map<Operation, number> {
  const uses = new Map<Operation, number>();
  const use = (operation: Operation) => void uses.set(operation, (uses.get(operation) ?? 0) + 1);
  for (const [{ nodeDef }] of nodes) {
    for (const { operation } of nodeDef.inputs) use(operation);
    nodeDef.controls.forEach(use);
  }
  for (const { operation } of results) use(operation);
  return uses;
}

/** Returns the tensor that replaces another in the rewritten graph; most replace themselves. */
export type Substitute = (tensor: SymbolicTensor) => SymbolicTensor;

/**
 * Rewrites the part of a graph that tensors depend on. `replace` returns the outputs that take the place of a node's. Where it
 * returns nothing the node stays; if one of its inputs was replaced, a copy of it is appended.
 *
 * @returns the tensors in the rewritten graph
 */
export function rewrite(
  graph: Graph,
  tensors: readonly SymbolicTensor[],
  replace: (node: Node, substitute: Substitute) => Node | undefined,
): SymbolicTensor[] {
  const replaced = new Map<Operation, Node>();
  const substitute: Substitute = (tensor) => replaced.get(tensor.operation)?.[tensor.nodeDef.index] ?? tensor;
  for (const node of ancestors(graph, tensors)) {
    const [{ operation, nodeDef: { inputs, controls } }] = node;
    const other = replace(node, substitute);
    const isChanged = inputs.some((input) => replaced.has(input.operation)) ||
      controls.some((control) => replaced.has(control));
    if (other) replaced.set(operation, other);
    else if (isChanged) {
      const others = controls.map((control) => replaced.get(control)?.[0].operation ?? control);
      replaced.set(operation, graph.copyNode(node, inputs.map(substitute), others));
    }
  }
  return tensors.map(substitute);
}

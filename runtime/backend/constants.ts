import { attributeKinds } from "../../ops/native.ts";
import type { ThoraxBackend } from "./backend.ts";
import { dataTypes, elementSize } from "../ffi/data_type.ts";
import type { Symbolic } from "../trace/graph.ts";
import { replay } from "../trace/replay.ts";
import { type Node, nodesBehind, rewrite } from "../trace/rewrite.ts";
import type { Trace } from "../trace/trace.ts";

/**
 * Makes tensors of a graph anew, with what it computes of constants alone computed now and once, where that takes no more memory than
 * what it is made of: weights rounded to bfloat16, say, and not those transformed for Winograd's algorithm.
 */
export function foldConstants(backend: ThoraxBackend, graph: Trace, tensors: readonly Symbolic[]): Symbolic[] {
  const { outsiders } = graph;
  const given = new Set(outsiders.map(({ symbolic }) => symbolic.operation));
  const nodes = nodesBehind(graph, tensors);
  const constants = new Set(given);
  for (const node of nodes) if (isFixed(node, constants)) constants.add(node[0].operation);
  const changing = nodes.filter(([{ operation }]) => !constants.has(operation));
  const wanted = new Set(
    [...changing.flatMap(([{ recipe }]) => recipe.inputs), ...tensors].map(({ operation }) => operation),
  );
  return rewrite(graph, tensors, (node) => {
    const [{ operation, dtype }] = node;
    if (given.has(operation) || !constants.has(operation) || !wanted.has(operation) || !real.has(dtype)) {
      return undefined;
    }
    return node.map((output) => {
      const value = atOnce(backend, () => replay(backend, outsiders, output));
      if (!value) return output;
      const id = backend.idOf(value);
      const folded = backend.engine.borrow(id, (handle) => graph.outsider(id, handle));
      value.dispose();
      return folded;
    });
  });
}

/** Runs ops instead of appending them to the graph. */
function atOnce<R>({ engine }: ThoraxBackend, run: () => R): R {
  const { trace } = engine;
  engine.trace = undefined;
  try {
    return run();
  } finally {
    engine.trace = trace;
  }
}

const real: ReadonlySet<number> = new Set([dataTypes.float32, dataTypes.bfloat16]);

/** Whether a node makes the same of constants in every call, and not more. */
function isFixed(node: Node, constants: ReadonlySet<Deno.PointerObject>): boolean {
  const [{ recipe: { inputs, controls, attributes } }] = node;
  return inputs.length > 0 && controls.length === 0 && inputs.every(({ operation }) => constants.has(operation)) &&
    attributes.every(({ type }) => type !== attributeKinds.function) && bytesOf(node) <= bytesOf(inputs);
}

const bytesOf = (tensors: readonly Symbolic[]) =>
  tensors.reduce((sum, { dtype, shape }) => sum + shape.reduce((size, n) => size * n, elementSize(dtype)), 0);

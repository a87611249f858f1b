import { attributeKinds } from "../../ops/native.ts";
import type { ThoraxBackend } from "../backend/backend.ts";
import { dataTypes, elementSize } from "../ffi/data_type.ts";
import type { SymbolicTensor } from "./graph.ts";
import { replay } from "./replay.ts";
import { ancestors, type Node, rewrite } from "./rewrite.ts";
import type { Trace } from "./trace.ts";

/**
 * Folds constants: computes now what the graph computes from captured constants alone, if the result takes no more memory than
 * its inputs. It folds weights rounded to bfloat16, for example, but not weights transformed for Winograd's algorithm.
 *
 * @returns the tensors in the rewritten graph
 */
export function foldConstants(
  backend: ThoraxBackend,
  graph: Trace,
  tensors: readonly SymbolicTensor[],
): SymbolicTensor[] {
  const { capturedConstants } = graph;
  const given = new Set(capturedConstants.map(({ symbolic }) => symbolic.operation));
  const nodes = ancestors(graph, tensors);
  const constants = new Set(given);
  for (const node of nodes) if (isFixed(node, constants)) constants.add(node[0].operation);
  const changing = nodes.filter(([{ operation }]) => !constants.has(operation));
  const wanted = new Set(
    [...changing.flatMap(([{ nodeDef }]) => nodeDef.inputs), ...tensors].map(({ operation }) => operation),
  );
  return rewrite(graph, tensors, (node) => {
    const [{ operation, dtype }] = node;
    if (given.has(operation) || !constants.has(operation) || !wanted.has(operation) || !foldedTypes.has(dtype)) {
      return undefined;
    }
    return node.map((output) => {
      const value = runEagerly(backend, () => replay(backend, capturedConstants, output));
      if (!value) return output;
      const id = backend.idOf(value);
      const folded = backend.engine.borrow(id, (handle) => graph.captureConstant(id, handle));
      value.dispose();
      return folded;
    });
  });
}

/** Runs ops at once instead of appending them to the graph. */
function runEagerly<R>({ engine }: ThoraxBackend, run: () => R): R {
  const { trace } = engine;
  engine.trace = undefined;
  try {
    return run();
  } finally {
    engine.trace = trace;
  }
}

const foldedTypes: ReadonlySet<number> = new Set([dataTypes.float32, dataTypes.bfloat16]);

/** Whether a node computes the same from constants in every call, and its outputs take no more memory than its inputs. */
function isFixed(node: Node, constants: ReadonlySet<Deno.PointerObject>): boolean {
  const [{ nodeDef: { inputs, controls, attributes } }] = node;
  return inputs.length > 0 && controls.length === 0 && inputs.every(({ operation }) => constants.has(operation)) &&
    attributes.every(({ type }) => type !== attributeKinds.function) && bytesOf(node) <= bytesOf(inputs);
}

const bytesOf = (tensors: readonly SymbolicTensor[]) =>
  tensors.reduce((sum, { dtype, shape }) => sum + shape.reduce((size, n) => size * n, elementSize(dtype)), 0);

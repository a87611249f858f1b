import type { ThoraxBackend } from "../backend/backend.ts";
import { foldConstants } from "./fold_constants.ts";
import { type ConstantInfo, fuse } from "./fusion.ts";
import type { SymbolicTensor } from "./graph.ts";
import { readHandle } from "../ffi/handles.ts";
import { ancestors } from "./rewrite.ts";
import type { Trace } from "./trace.ts";

/** A graph after constant folding and fusion. */
export interface FrozenGraph {
  readonly results: SymbolicTensor[];
  /** The nodes and the inputs that the results depend on. */
  readonly body: { readonly nodes: Deno.PointerObject[]; readonly inputs: ReadonlySet<SymbolicTensor> };
}

/**
 * Optimizes a graph whose captured constants are the same in every call. Everything that depends on them alone is computed now; on
 * the processor oneDNN's kernels run several ops in one pass and keep their weights in their own layout. The weights stay inputs
 * of the graph, because TensorFlow would hold several copies of constant nodes.
 *
 * @throws {Error} if the graph overwrites a variable
 */
export function freeze(backend: ThoraxBackend, graph: Trace, outputs: readonly SymbolicTensor[]): FrozenGraph {
  if (graph.hasEffects) throw new Error(`jit: ${graph.label} is frozen and assigns to a tf.Variable; return the value`);
  const { tensorflow, context } = backend.engine;
  const folded = foldConstants(backend, graph, outputs);
  const hasFusedKernels = Deno.build.arch === "x86_64" && !context.gpu && tensorflow.c.IsMKLEnabled?.();
  const results = hasFusedKernels ? fuse(graph, folded, constantInfo(graph)) : folded;
  const nodes = ancestors(graph, results).map(([node]) => node), inputs = new Set(nodes.filter(isInput));
  return { results, body: { nodes: nodes.filter((node) => !isInput(node)).map(({ operation }) => operation), inputs } };
}

const isInput = ({ op }: SymbolicTensor) => op === "Placeholder";

function constantInfo(graph: Trace): ConstantInfo {
  const handles = new Map(graph.capturedConstants.map(({ symbolic, handle }) => [symbolic.operation, handle]));
  return {
    isConstant: ({ operation }) => handles.has(operation),
    integersOf({ operation, op }) {
      const handle = handles.get(operation);
      if (!handle) throw new Error(`the values of ${op} are not known`);
      return [...readHandle(graph.tensorflow, handle)].map(Number);
    },
  };
}

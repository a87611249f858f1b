import type { ThoraxBackend } from "../backend/backend.ts";
import { foldConstants } from "../backend/constants.ts";
import { type Facts, fuse } from "./fusion.ts";
import type { Symbolic } from "./graph.ts";
import { readHandle } from "../ffi/handles.ts";
import { nodesBehind } from "./rewrite.ts";
import type { Trace } from "./trace.ts";

/** A graph made anew. */
export interface Frozen {
  readonly results: Symbolic[];
  /** The nodes that the results are made of, and which of the graph's inputs. */
  readonly body: { readonly nodes: Deno.PointerObject[]; readonly inputs: ReadonlySet<Symbolic> };
}

/**
 * Makes a graph's results anew, where what it takes from outside is the same in every call: what follows from that alone is computed
 * now, and on the processor oneDNN's kernels do several ops in one pass and keep their weights laid out. The weights are inputs of the
 * graph all the same and not nodes, of which TensorFlow would hold copy upon copy.
 */
export function freeze(backend: ThoraxBackend, graph: Trace, outputs: readonly Symbolic[]): Frozen {
  if (graph.hasEffects) throw new Error(`jit: ${graph.label} is frozen and assigns to a tf.Variable; return the value`);
  const { tensorflow, context } = backend.engine;
  const folded = foldConstants(backend, graph, outputs);
  const hasFusedKernels = Deno.build.arch === "x86_64" && !context.gpu && tensorflow.c.IsMKLEnabled?.();
  const results = hasFusedKernels ? fuse(graph, folded, factsOf(graph)) : folded;
  const nodes = nodesBehind(graph, results).map(([node]) => node), inputs = new Set(nodes.filter(isInput));
  return { results, body: { nodes: nodes.filter((node) => !isInput(node)).map(({ operation }) => operation), inputs } };
}

const isInput = ({ op }: Symbolic) => op === "Placeholder";

function factsOf(graph: Trace): Facts {
  const handles = new Map(graph.outsiders.map(({ symbolic, handle }) => [symbolic.operation, handle]));
  return {
    isConstant: ({ operation }) => handles.has(operation),
    integersOf({ operation, op }) {
      const handle = handles.get(operation);
      if (!handle) throw new Error(`the values of ${op} are not known`);
      return [...readHandle(graph.tensorflow, handle)].map(Number);
    },
  };
}

import * as tf from "@tensorflow/tfjs-core";
import type { ThoraxBackend } from "../backend/backend.ts";
import { readHandle } from "../ffi/handles.ts";
import type { SymbolicTensor } from "./graph.ts";
import { resolveLeakedTensors } from "./leaked_tensors.ts";
import { Trace } from "./trace.ts";

/** The values of a constant, in the typed array of its element type. */
export type ConstantValues = ReturnType<typeof readHandle>;

/** The graph of a function as data. The nodes stand in the `nodeDef`s that lead from the output to the inputs and constants. */
export interface CapturedGraph {
  readonly output: SymbolicTensor;
  /** The placeholders, in the order of the arguments. */
  readonly inputs: readonly SymbolicTensor[];
  readonly constants: ReadonlyMap<SymbolicTensor, ConstantValues>;
}

/**
 * Traces a function of tensors to read its graph, as `jax.make_jaxpr` does. It runs nothing; tensors that are not arguments become
 * constants.
 *
 * @throws {Error} on another backend than the native one, and if the function keeps a tensor that depends on an argument
 */
export function captureGraph<A extends readonly tf.Tensor[]>(fn: (...args: A) => tf.Tensor, args: A): CapturedGraph {
  const backend = tf.backend() as ThoraxBackend, { engine: binding } = backend;
  if (!binding) throw new Error(`the backend ${tf.getBackend()} makes no graphs; call openEngine() first`);
  const label = fn.name || "an anonymous function";
  using trace = new Trace(binding.tensorflow, label, { constantSize: Infinity });
  const inputs = args.map((argument) => trace.placeholder(backend.typeOf(argument), argument.shape));
  const outputs: SymbolicTensor[] = [];
  binding.trace = trace;
  try {
    tf.tidy(() => {
      const symbolics = inputs.map((symbolic) => backend.wrap({ kind: "symbolic", symbolic }));
      outputs.push(binding.symbolic(backend.idOf(fn(...symbolics as unknown as A))));
    });
  } finally {
    binding.trace = undefined;
  }
  resolveLeakedTensors(backend, trace);
  const constants = trace.capturedConstants.map(({ symbolic, handle }) =>
    [symbolic, readHandle(binding.tensorflow, handle)] as const
  );
  return { output: outputs[0], inputs, constants: new Map(constants) };
}

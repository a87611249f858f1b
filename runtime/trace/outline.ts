import * as tf from "@tensorflow/tfjs-core";
import type { ThoraxBackend } from "../backend/backend.ts";
import type { Symbolic } from "./graph.ts";
import { readHandle } from "../ffi/handles.ts";
import { settle } from "./kept.ts";
import { Trace } from "./trace.ts";

/** The values of a constant, by TensorFlow's number of their type. */
export type ConstantValues = ReturnType<typeof readHandle>;

/** What a function computes, as data: its result with the recipes that lead there, and what these start from. */
export interface Outline {
  readonly output: Symbolic;
  /** In the order of the arguments. */
  readonly inputs: readonly Symbolic[];
  readonly constants: ReadonlyMap<Symbolic, ConstantValues>;
}

/**
 * Traces a function of tensors once, to see how it computes rather than to run it. Tensors that are not arguments are constants.
 *
 * @throws {Error} on another backend than the native one, and for a function that keeps a tensor which depends on an argument
 */
export function outline<A extends readonly tf.Tensor[]>(fn: (...args: A) => tf.Tensor, args: A): Outline {
  const backend = tf.backend() as ThoraxBackend, { engine: binding } = backend;
  if (!binding) throw new Error(`the backend ${tf.getBackend()} makes no graphs; call openEngine() first`);
  const label = fn.name || "an anonymous function";
  using trace = new Trace(binding.tensorflow, label, { constantSize: Infinity });
  const inputs = args.map((argument) => trace.placeholder(backend.typeOf(argument), argument.shape));
  const outputs: Symbolic[] = [];
  binding.trace = trace;
  try {
    tf.tidy(() => {
      const symbolics = inputs.map((symbolic) => backend.wrap({ kind: "symbolic", symbolic }));
      outputs.push(binding.symbolic(backend.idOf(fn(...symbolics as unknown as A))));
    });
  } finally {
    binding.trace = undefined;
  }
  settle(backend, trace);
  const constants = trace.outsiders.map(({ symbolic, handle }) =>
    [symbolic, readHandle(binding.tensorflow, handle)] as const
  );
  return { output: outputs[0], inputs, constants: new Map(constants) };
}

import * as tf from "@tensorflow/tfjs-core";
import type { ThoraxBackend } from "../backend/backend.ts";
import type { Symbolic } from "./graph.ts";
import { copyHandle, newHandle } from "../ffi/handles.ts";
import type { Outsider } from "./trace.ts";

/** What is known of a graph's inputs, for the call that it is traced for. */
export type Known = ReadonlyMap<Symbolic, tf.Tensor | number>;

/**
 * The value of a tensor of a trace that is over, by running the ops that lead to it one by one from what is known, and from
 * tensors that no input changes; `undefined` where they need another. The caller disposes it.
 */
export function replay(
  backend: ThoraxBackend,
  tensors: readonly Outsider[],
  symbolic: Symbolic,
  known: Known = new Map(),
): tf.Tensor | undefined {
  const outsiders = new Map(tensors.map(({ symbolic, handle }) => [symbolic, handle]));
  const results = new Map<bigint, tf.Tensor[]>();
  const isKnown = (symbolic: Symbolic) => known.has(symbolic) || outsiders.has(symbolic);
  if (!canRun(symbolic, isKnown)) return undefined;
  const { tensorflow } = backend.engine;
  const anyOf = ({ shape, dtype }: Symbolic) =>
    backend.wrap({ kind: "handle", handle: newHandle(tensorflow, shape, dtype, []) });
  const run = (symbolic: Symbolic): tf.Tensor => {
    const source = known.get(symbolic), outsider = outsiders.get(symbolic);
    if (typeof source === "number") return tf.scalar(source);
    if (source) return source;
    if (outsider) {
      return backend.wrap({ kind: "handle", handle: copyHandle(tensorflow, outsider) });
    }
    const { op, recipe: { attributes, inputs, numOutputs, index }, operation } = symbolic;
    const address = Deno.UnsafePointer.value(operation);
    const values = inputs.map(ofShape.has(op) ? anyOf : run);
    const outputs = results.get(address) ?? backend.executeMultipleOutputs(op, [...attributes], values, numOutputs);
    results.set(address, outputs);
    return outputs[index];
  };
  return tf.tidy(() => tf.keep(run(symbolic).clone()));
}

/** Ops that make their values of nothing in the graph. */
const sources: ReadonlySet<string> = new Set(["Placeholder", "ReadVariableOp", "Const"]);

/** Ops that ask for no more than the shape of their input, which a trace knows: a mask of ones that an RNN keeps is a constant. */
const ofShape: ReadonlySet<string> = new Set(["OnesLike", "ZerosLike"]);

function canRun(last: Symbolic, isKnown: (symbolic: Symbolic) => boolean): boolean {
  const seen = new Set<Symbolic>(), waiting = [last];
  for (let symbolic = waiting.pop(); symbolic; symbolic = waiting.pop()) {
    if (seen.has(symbolic) || isKnown(symbolic)) continue;
    if (sources.has(symbolic.op)) return false;
    seen.add(symbolic);
    if (!ofShape.has(symbolic.op)) waiting.push(...symbolic.recipe.inputs);
  }
  return true;
}

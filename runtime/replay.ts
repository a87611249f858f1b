import * as tf from "@tensorflow/tfjs-core";
import type { ThoraxBackend } from "./backend.ts";
import type { Symbolic } from "./graph.ts";
import { copyHandle } from "./handles.ts";
import type { Trace } from "./trace.ts";

/** What is known of a graph's inputs, for the call that it is traced for. */
export type Known = ReadonlyMap<Symbolic, tf.Tensor | number>;

/**
 * The value of a tensor of a trace that is over, by running the ops that lead to it one by one; `undefined` where they need an
 * input that is not known. The caller disposes it.
 */
export function replay(
  backend: ThoraxBackend,
  trace: Trace,
  symbolic: Symbolic,
  known: Known = new Map(),
): tf.Tensor | undefined {
  const outsiders = new Map(trace.outsiders.map(({ symbolic, handle }) => [symbolic, handle]));
  const results = new Map<bigint, tf.Tensor[]>();
  const isKnown = (symbolic: Symbolic) => known.has(symbolic) || outsiders.has(symbolic);
  if (!canRun(symbolic, isKnown)) return undefined;
  const run = (symbolic: Symbolic): tf.Tensor => {
    const source = known.get(symbolic), outsider = outsiders.get(symbolic);
    if (typeof source === "number") return tf.scalar(source);
    if (source) return source;
    if (outsider) {
      return backend.wrap({ kind: "handle", handle: copyHandle(backend.engine.tensorflow, outsider) });
    }
    const { op, recipe: { attributes, inputs, numOutputs, index }, operation } = symbolic;
    const address = Deno.UnsafePointer.value(operation);
    const outputs = results.get(address) ??
      backend.executeMultipleOutputs(op, [...attributes], inputs.map(run), numOutputs);
    results.set(address, outputs);
    return outputs[index];
  };
  return tf.tidy(() => tf.keep(run(symbolic).clone()));
}

function canRun(last: Symbolic, isKnown: (symbolic: Symbolic) => boolean): boolean {
  const seen = new Set<Symbolic>(), waiting = [last];
  for (let symbolic = waiting.pop(); symbolic; symbolic = waiting.pop()) {
    if (seen.has(symbolic) || isKnown(symbolic)) continue;
    if (symbolic.op === "Placeholder" || symbolic.op === "ReadVariableOp") return false;
    seen.add(symbolic);
    waiting.push(...symbolic.recipe.inputs);
  }
  return true;
}

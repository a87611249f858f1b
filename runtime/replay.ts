import * as tf from "@tensorflow/tfjs-core";
import type { ThoraxBackend } from "./backend.ts";
import { dataTypes } from "./data_type.ts";
import type { Symbolic } from "./graph.ts";
import { copyHandle } from "./handles.ts";
import type { Trace } from "./trace.ts";

/**
 * The value of a tensor of a trace that is over, by running the ops that lead to it one by one, from what is `known` of the
 * graph's inputs; the tensor itself where it has a value.
 */
export function replay(
  backend: ThoraxBackend,
  trace: Trace,
  tensor: tf.Tensor,
  known: ReadonlyMap<Symbolic, tf.Tensor | number>,
): tf.Tensor {
  const { engine: binding } = backend;
  const value = binding.value(backend.idOf(tensor));
  if (value.kind !== "symbolic" && value.kind !== "standIn") return tensor;
  const outsiders = new Map(trace.outsiders.map(({ symbolic, handle }) => [symbolic, handle]));
  const results = new Map<bigint, tf.Tensor[]>();
  const run = (symbolic: Symbolic): tf.Tensor => {
    const source = known.get(symbolic), outsider = outsiders.get(symbolic);
    if (typeof source === "number") return tf.scalar(source);
    if (source) return source;
    if (outsider) return backend.wrap({ kind: "handle", handle: copyHandle(binding.tensorflow, outsider) });
    const { op, recipe, operation } = symbolic;
    if (!recipe || symbolic.dtype === dataTypes.resource) {
      throw new Error(`jit: ${trace.label}: a variable is made with a value that only a call could compute (${op})`);
    }
    const address = Deno.UnsafePointer.value(operation);
    let outputs = results.get(address);
    if (!outputs) {
      const inputs = recipe.inputs.map(run);
      outputs = backend.executeMultipleOutputs(op, [...recipe.attributes], inputs, recipe.numOutputs);
      results.set(address, outputs);
    }
    return outputs[recipe.index];
  };
  const symbolic = value.kind === "symbolic" ? value.symbolic : value.standIn.symbolic();
  return tf.keep(tf.tidy(() => run(symbolic).clone()));
}

import * as tf from "@tensorflow/tfjs-core";
import type { ThoraxBackend } from "../backend/backend.ts";
import type { SymbolicTensor } from "./graph.ts";
import { copyHandle, newHandle } from "../ffi/handles.ts";
import type { CapturedConstant } from "./trace.ts";

/** The values of a graph's inputs in the call that it is traced for. */
export type KnownValues = ReadonlyMap<SymbolicTensor, tf.Tensor | number>;

/**
 * Computes the value of a tensor of a finished trace: runs the ops that lead to it one by one, from known values and captured
 * constants. The caller disposes the result.
 *
 * @returns `undefined` if the tensor depends on anything else
 */
export function replay(
  backend: ThoraxBackend,
  constants: readonly CapturedConstant[],
  symbolic: SymbolicTensor,
  known: KnownValues = new Map(),
): tf.Tensor | undefined {
  const handles = new Map(constants.map(({ symbolic, handle }) => [symbolic, handle]));
  const results = new Map<bigint, tf.Tensor[]>();
  const isKnown = (symbolic: SymbolicTensor) => known.has(symbolic) || handles.has(symbolic);
  if (!canRun(symbolic, isKnown)) return undefined;
  const { tensorflow } = backend.engine;
  const placeholderOf = ({ shape, dtype }: SymbolicTensor) =>
    backend.wrap({ kind: "handle", handle: newHandle(tensorflow, shape, dtype, []) });
  const run = (symbolic: SymbolicTensor): tf.Tensor => {
    const source = known.get(symbolic), handle = handles.get(symbolic);
    if (typeof source === "number") return tf.scalar(source);
    if (source) return source;
    if (handle) return backend.wrap({ kind: "handle", handle: copyHandle(tensorflow, handle) });
    const { op, nodeDef: { attributes, inputs, numOutputs, index }, operation } = symbolic;
    const address = Deno.UnsafePointer.value(operation);
    const values = inputs.map(shapeOps.has(op) ? placeholderOf : run);
    const outputs = results.get(address) ?? backend.executeMultipleOutputs(op, [...attributes], values, numOutputs);
    results.set(address, outputs);
    return outputs[index];
  };
  return tf.tidy(() => tf.keep(run(symbolic).clone()));
}

/** Ops whose values come from outside of the graph. */
const sources: ReadonlySet<string> = new Set(["Placeholder", "ReadVariableOp", "Const"]);

/** Ops that use only the shape of their input, which a trace knows: an RNN's mask of ones is a constant. */
const shapeOps: ReadonlySet<string> = new Set(["OnesLike", "ZerosLike"]);

function canRun(last: SymbolicTensor, isKnown: (symbolic: SymbolicTensor) => boolean): boolean {
  const seen = new Set<SymbolicTensor>(), waiting = [last];
  for (let symbolic = waiting.pop(); symbolic; symbolic = waiting.pop()) {
    if (seen.has(symbolic) || isKnown(symbolic)) continue;
    if (sources.has(symbolic.op)) return false;
    seen.add(symbolic);
    if (!shapeOps.has(symbolic.op)) waiting.push(...symbolic.nodeDef.inputs);
  }
  return true;
}

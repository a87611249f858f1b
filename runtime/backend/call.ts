import * as tf from "@tensorflow/tfjs-core";
import type { ThoraxBackend } from "./backend.ts";
import { cString } from "../ffi/c_string.ts";
import type { Compiled } from "../trace/compiled.ts";
import { dataTypes } from "../ffi/data_type.ts";
import { type EagerOp, type Handle, newHandle, newOp } from "../ffi/handles.ts";
import { flatten, mapLeaves } from "../trace/structure.ts";
import type { Variable } from "./variable.ts";

/** The last call that uses variables: such calls run one after the other. */
let lastCall: Promise<unknown> = Promise.resolve();

/** Calls a compiled function; the event loop goes on meanwhile. */
export async function call(
  backend: ThoraxBackend,
  compiled: Compiled,
  args: readonly unknown[],
  donated: readonly boolean[],
): Promise<unknown> {
  const { engine: binding } = backend;
  const { tensorflow, context } = binding;
  using op = newOp(tensorflow, context, cString(compiled.name), compiled.name);
  const given = addArguments(backend, op, args, donated);
  const free = ({ resource }: Variable) => tensorflow.c.TFE_DeleteTensorHandle(resource.pointer);
  let handles: Handle[];
  try {
    handles = compiled.variables.length === 0
      ? await run(backend, op, compiled)
      : await inTurn(() => run(backend, op, compiled));
  } catch (error) {
    given.forEach(free); // half overwritten, perhaps: nobody is to read them
    throw error;
  }
  const kept = new Set<number>();
  let next = 0;
  const result = mapLeaves(compiled.result, () => {
    const source = compiled.sources[next++];
    switch (source.kind) {
      case "number":
        return source.value;
      case "output":
        return backend.wrap({ kind: "handle", handle: handles[source.index] });
      case "slot":
        kept.add(source.index);
        return backend.wrap({ kind: "variable", variable: given[source.index] });
    }
  });
  given.forEach((variable, index) => {
    if (!kept.has(index)) free(variable);
  });
  return result;
}

/** Hands the arguments over, at once; the donated ones, which are gone then. */
function addArguments(
  backend: ThoraxBackend,
  op: EagerOp,
  args: readonly unknown[],
  donated: readonly boolean[],
): Variable[] {
  const { engine: binding } = backend, { tensorflow } = binding;
  const given: Variable[] = [];
  const gone: tf.Tensor[] = [];
  args.forEach((argument, position) => {
    for (const { value } of flatten(argument).leaves) {
      if (typeof value === "number") {
        const scalar = newHandle(tensorflow, [], dataTypes.float32, [value]);
        op.addInput(scalar.pointer);
        tensorflow.c.TFE_DeleteTensorHandle(scalar.pointer);
      } else if (donated[position]) {
        const variable = backend.donate(value);
        op.addInput(variable.resource.pointer);
        given.push(variable);
        gone.push(value);
      } else if (!(value instanceof tf.Variable)) {
        binding.addInput(op, backend.idOf(value));
      }
    }
  });
  tf.dispose(gone);
  return given;
}

/** Adds what the function takes beyond its arguments, and runs it. */
function run(backend: ThoraxBackend, op: EagerOp, { label, variables, tensors, numOutputs }: Compiled) {
  for (const { variable, isAssigned } of variables) {
    if (variable.isDisposed) {
      throw new Error(
        `jit: ${label}: the variable ${variable.name}, which it uses, is disposed; call jit anew for others`,
      );
    }
    op.addInput(backend.resourceOf(variable, isAssigned).resource.pointer);
  }
  for (const { pointer } of tensors) op.addInput(pointer);
  return op.runAsync(numOutputs);
}

/** Runs when all the calls before have ended. */
function inTurn<R>(run: () => Promise<R>): Promise<R> {
  const turn = lastCall.then(run);
  lastCall = turn.catch(() => {});
  return turn;
}

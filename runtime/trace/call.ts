import * as tf from "@tensorflow/tfjs-core";
import type { ThoraxBackend } from "../backend/backend.ts";
import type { Variable } from "../backend/variable.ts";
import { cString } from "../ffi/c_string.ts";
import { dataTypes } from "../ffi/data_type.ts";
import { type EagerOp, type Handle, newHandle, newOp } from "../ffi/handles.ts";
import type { GraphFunction } from "./graph_function.ts";
import { flatten, mapLeaves } from "./structure.ts";

/** The last call that uses variables: such calls run one after the other. */
let lastCall: Promise<unknown> = Promise.resolve();

/**
 * Calls a graph function on another thread; the event loop goes on meanwhile.
 *
 * @throws {TensorFlowError} if the graph fails; donated tensors are lost then
 */
export async function call(
  backend: ThoraxBackend,
  graph: GraphFunction,
  args: readonly unknown[],
  donated: readonly boolean[],
): Promise<unknown> {
  const { engine: binding } = backend;
  const { tensorflow, context } = binding;
  using op = newOp(tensorflow, context, cString(graph.name), graph.name);
  const given = addArguments(backend, op, args, donated);
  const free = ({ resource }: Variable) => tensorflow.c.TFE_DeleteTensorHandle(resource.pointer);
  let handles: Handle[];
  try {
    handles = graph.variables.length === 0
      ? await run(backend, op, graph)
      : await inTurn(() => run(backend, op, graph));
  } catch (error) {
    given.forEach(free); // they may be overwritten in part: nobody is to read them
    throw error;
  }
  const returned = new Set<number>();
  let next = 0;
  const result = mapLeaves(graph.result, () => {
    const source = graph.sources[next++];
    switch (source.kind) {
      case "number":
        return source.value;
      case "output":
        return backend.wrap({ kind: "handle", handle: handles[source.index] });
      case "donated":
        returned.add(source.index);
        return backend.wrap({ kind: "variable", variable: given[source.index] });
    }
  });
  given.forEach((variable, index) => {
    if (!returned.has(index)) free(variable);
  });
  return result;
}

/** Adds the arguments to the op, disposes the donated ones, and returns their variables. */
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

/** Adds the captured variables and constants to the op, and runs it. */
function run(backend: ThoraxBackend, op: EagerOp, { label, variables, constants, numOutputs }: GraphFunction) {
  for (const { variable, isAssigned } of variables) {
    if (variable.isDisposed) {
      throw new Error(
        `jit: ${label}: the variable ${variable.name}, which it uses, is disposed; call jit again`,
      );
    }
    op.addInput(backend.resourceOf(variable, isAssigned).resource.pointer);
  }
  for (const { pointer } of constants) op.addInput(pointer);
  return op.runAsync(numOutputs);
}

/** Runs when all earlier calls have ended. */
function inTurn<R>(run: () => Promise<R>): Promise<R> {
  const turn = lastCall.then(run);
  lastCall = turn.catch(() => {});
  return turn;
}

import * as tf from "@tensorflow/tfjs-core";
import type { ThoraxBackend } from "../backend/backend.ts";
import { cString } from "../ffi/c_string.ts";
import { type CapturedVariable, Captures } from "./captures.ts";
import { dataTypes } from "../ffi/data_type.ts";
import type { Symbolic } from "./graph.ts";
import { copyHandle, type Handle } from "../ffi/handles.ts";
import { type Donated, matchSlots } from "./homes.ts";
import { freeze } from "./freeze.ts";
import { settle } from "./kept.ts";
import type { Known } from "./replay.ts";
import { flatten, mapLeaves } from "./structure.ts";
import { Trace } from "./trace.ts";

/** Where a returned tensor or number comes from. */
type Source =
  | { readonly kind: "output"; readonly index: number }
  | { readonly kind: "slot"; readonly index: number }
  | { readonly kind: "number"; readonly value: number };

/**
 * A function traced for one signature of its arguments: the name of its graph function, what that takes, and how to read what
 * it returns.
 */
export interface Compiled {
  readonly name: string;
  /** The function's name in messages. */
  readonly label: string;
  /** All that the context knows because of it: itself and what it calls. */
  readonly functions: readonly string[];
  /** What it takes beyond the arguments: variables, then tensors from outside. */
  readonly variables: readonly CapturedVariable[];
  readonly tensors: readonly Handle[];
  readonly numOutputs: number;
  readonly result: unknown;
  readonly sources: readonly Source[];
}

type Traced = (...args: never[]) => unknown;

let functions = 0;

/** How a function is traced. */
export interface TraceOptions {
  /** The function's name in messages. */
  readonly label: string;
  /** Whether each argument is given away. */
  readonly donated: readonly boolean[];
  /** Whether XLA compiles the graph, on a GPU. */
  readonly whole: boolean;
  /** Whether what it takes from outside is the same in every call. */
  readonly frozen?: boolean;
}

/** Traces `fn` into one graph function. */
export function trace(
  backend: ThoraxBackend,
  fn: Traced,
  args: readonly unknown[],
  { label, donated, whole, frozen = false }: TraceOptions,
): Compiled {
  const { engine: binding } = backend;
  using graph = new Trace(binding.tensorflow, label, { whole: whole && binding.context.gpu, frozen });
  const captures = new Captures(backend, graph);
  const known = new Map<Symbolic, tf.Tensor | number>();
  const compiled: Compiled[] = [];
  let done = false;
  binding.trace = graph;
  try {
    tf.tidy(() => void compiled.push(build(backend, graph, captures, known, fn, args, donated)));
    binding.trace = undefined;
    done = true;
    captures.restore(known);
    settle(backend, graph);
    return compiled[0];
  } catch (error) {
    binding.trace = undefined;
    forget(backend, graph.functions);
    for (const { tensors } of compiled) releaseHandles(backend, tensors);
    if (!done) restoreAfterError(captures, known);
    throw explain(error, label);
  }
}

/** Calls `fn` with tensors of the trace and makes a function of the graph. */
function build(
  backend: ThoraxBackend,
  graph: Trace,
  captures: Captures,
  known: Map<Symbolic, tf.Tensor | number>,
  fn: Traced,
  args: readonly unknown[],
  donated: readonly boolean[],
): Compiled {
  const { engine: binding } = backend, { label } = graph;
  const inputs: Symbolic[] = [], outputs: Symbolic[] = [], sources: Source[] = [];
  const slots: Donated[] = [];
  const symbolicArguments = args.map((argument, position) => {
    const { leaves } = flatten(argument);
    let next = 0;
    return mapLeaves(argument, () => {
      const { value, path } = leaves[next++];
      if (value instanceof tf.Variable) return value; // captured when it is used
      const [shape, type] = typeof value === "number" ? [[], dataTypes.float32] : [value.shape, backend.typeOf(value)];
      const slot = donated[position] && typeof value !== "number" ? graph.slot(type, shape) : undefined;
      const symbolic = slot?.value ?? graph.placeholder(type, shape);
      inputs.push(slot?.resource ?? symbolic);
      if (slot) slots.push({ path: `/${position}${path}`, slot });
      known.set(symbolic, value);
      return backend.wrap({ kind: "symbolic", symbolic });
    });
  });
  const returned = (fn as (...args: unknown[]) => unknown)(...symbolicArguments);
  if (graph.refusal) throw ignoring(returned, graph.refusal);
  const result = atOnce(label, returned);
  const { leaves } = flatten(result, undefined, resultOf(label));
  const values = leaves.map(({ value }) => typeof value === "number" ? value : binding.symbolic(backend.idOf(value)));
  const homes = matchSlots(leaves, values, slots);
  values.forEach((value, position) => {
    const home = homes[position];
    if (typeof value === "number") {
      sources.push({ kind: "number", value });
    } else if (home !== undefined) {
      const { slot } = slots[home];
      if (value !== (slot.update?.value ?? slot.value)) graph.assign(slot, value);
      sources.push({ kind: "slot", index: home });
    } else {
      sources.push({ kind: "output", index: outputs.length });
      outputs.push(graph.identity(value));
    }
  });
  const captured = captures.finish();
  const { results, body } = graph.frozen ? freeze(backend, graph, outputs) : { results: outputs };
  const outsiders = graph.outsiders.filter(({ isInput, symbolic }) => isInput && body?.inputs.has(symbolic) !== false);
  inputs.push(...captured.inputs, ...outsiders.map(({ symbolic }) => symbolic));
  const name = `${fn.name.replace(/\W/g, "_") || "jit"}_${functions++}`;
  graph.finish(binding.context, name, inputs, results, body?.nodes);
  return {
    name,
    label,
    functions: graph.functions,
    variables: captured.variables,
    tensors: outsiders.map(({ handle }) => copyHandle(binding.tensorflow, handle)),
    numOutputs: outputs.length,
    result: mapLeaves(result, () => 0), // its tensors are this trace's: what a call returns is built from the sources
    sources,
  };
}

/** A function's result, in errors. */
export function resultOf(label: string): string {
  return `${label}: the result`;
}

/** What a function returned, which must not be a promise. */
export function atOnce<R>(label: string, result: R): R {
  if (!(result instanceof Promise)) return result;
  throw ignoring(result, new TypeError(`jit: ${label} is async; a compiled function returns at once`));
}

/** The error; whatever becomes of the promise beside it is not waited for. */
function ignoring(result: unknown, error: unknown): unknown {
  if (result instanceof Promise) result.catch(() => {});
  return error;
}

/** The variables as they were; the error that ended the trace is the one to report. */
function restoreAfterError(captures: Captures, known: Known): void {
  try {
    captures.restore(known);
  } catch {
    // of a variable that the function made, the value cannot be had
  }
}

/** tfjs's error for a kernel that the native backend lacks, with the function and the remedy. */
function explain(error: unknown, label: string): unknown {
  const [, kernel] = error instanceof Error && /^Kernel '(.+)' not registered/.exec(error.message) || [];
  if (!kernel) return error;
  return new Error(
    `jit: ${label}: the native backend has no kernel ${kernel}; ` +
      "compose it of other tfjs functions, or register one as ops/kernels.ts does",
    { cause: error },
  );
}

/** Makes the context forget a compiled function, and gives up the tensors that it holds. */
export function release(backend: ThoraxBackend, { functions, tensors }: Compiled): void {
  forget(backend, functions);
  releaseHandles(backend, tensors);
}

function releaseHandles({ engine: { tensorflow } }: ThoraxBackend, handles: readonly Handle[]): void {
  for (const { pointer } of handles) tensorflow.c.TFE_DeleteTensorHandle(pointer);
}

function forget({ engine: { tensorflow, context } }: ThoraxBackend, functions: readonly string[]): void {
  for (const name of functions) {
    tensorflow.c.TFE_ContextRemoveFunction(context.pointer, cString(name), tensorflow.status);
    tensorflow.check(name);
  }
}

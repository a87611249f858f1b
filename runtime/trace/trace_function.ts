import * as tf from "@tensorflow/tfjs-core";
import type { ThoraxBackend } from "../backend/backend.ts";
import { dataTypes } from "../ffi/data_type.ts";
import { copyHandle } from "../ffi/handles.ts";
import { freeze } from "./freeze.ts";
import type { SymbolicTensor } from "./graph.ts";
import { type GraphFunction, releaseHandles, removeFunctions, type Source } from "./graph_function.ts";
import { resolveLeakedTensors } from "./leaked_tensors.ts";
import { aliasOutputs, type DonatedInput } from "./output_aliases.ts";
import { flatten, type Leaf, mapLeaves } from "./structure.ts";
import { Trace } from "./trace.ts";
import { VariableCaptures } from "./variable_captures.ts";

/** A function as `traceFunction` takes it. */
type AnyFunction = (...args: never[]) => unknown;

/** How a function is traced. */
export interface TraceOptions {
  /** The function's name in messages. */
  readonly label: string;
  /** Whether each argument is donated. */
  readonly donated: readonly boolean[];
  /** Whether XLA compiles the graph, on a GPU. */
  readonly xla: boolean;
  /** Whether captured constants are the same in every call (see freeze.ts). */
  readonly frozen?: boolean;
}

/** What a trace has collected until the function returns. */
interface TraceState {
  readonly trace: Trace;
  readonly captures: VariableCaptures;
  /** The inputs of the graph that stand for arguments. */
  readonly inputs: SymbolicTensor[];
  readonly donated: DonatedInput[];
  /** The arguments behind the inputs. */
  readonly known: Map<SymbolicTensor, tf.Tensor | number>;
}

/** The number of functions so far: names are unique in a context. */
let functions = 0;

/**
 * Traces `fn` into one graph function.
 *
 * @throws {Error} if the function does what no graph can do; variables then have the values that they had before
 */
export function traceFunction(
  backend: ThoraxBackend,
  fn: AnyFunction,
  args: readonly unknown[],
  { label, donated, xla, frozen = false }: TraceOptions,
): GraphFunction {
  const { engine: binding } = backend;
  using trace = new Trace(binding.tensorflow, label, { xla: xla && binding.context.gpu, frozen });
  const captures = new VariableCaptures(backend, trace);
  const state: TraceState = { trace, captures, inputs: [], donated: [], known: new Map() };
  const built: GraphFunction[] = [];
  let isTraced = false;
  binding.trace = trace;
  try {
    tf.tidy(() => void built.push(build(backend, state, fn, args, donated)));
    binding.trace = undefined;
    isTraced = true;
    captures.restore(state.known);
    resolveLeakedTensors(backend, trace);
    return built[0];
  } catch (error) {
    binding.trace = undefined;
    removeFunctions(backend, trace.functions);
    for (const { constants } of built) releaseHandles(backend, constants);
    if (!isTraced) restoreAfterError(state);
    throw explainMissingKernel(error, label);
  }
}

/** Calls `fn` with tensors of the trace, and makes the graph a function of the context. */
function build(
  backend: ThoraxBackend,
  state: TraceState,
  fn: AnyFunction,
  args: readonly unknown[],
  donated: readonly boolean[],
): GraphFunction {
  const { engine: binding } = backend, { trace, captures, inputs } = state, { label } = trace;
  const symbolicArguments = addArguments(backend, state, args, donated);
  const returned = (fn as (...args: unknown[]) => unknown)(...symbolicArguments);
  if (trace.refusal) throw ignoringPromise(returned, trace.refusal);
  const result = refusePromise(label, returned);
  const { leaves } = flatten(result, undefined, resultOf(label));
  const { outputs, sources } = addOutputs(backend, state, leaves);
  const { inputs: variableInputs, variables } = captures.finish();
  const { results, body } = trace.frozen ? freeze(backend, trace, outputs) : { results: outputs };
  const constants = trace.capturedConstants.filter(({ isInput, symbolic }) =>
    isInput && body?.inputs.has(symbolic) !== false
  );
  inputs.push(...variableInputs, ...constants.map(({ symbolic }) => symbolic));
  const name = `${fn.name.replace(/\W/g, "_") || "jit"}_${functions++}`;
  trace.finish(binding.context, name, inputs, results, body?.nodes);
  return {
    name,
    label,
    functions: trace.functions,
    variables,
    constants: constants.map(({ handle }) => copyHandle(binding.tensorflow, handle)),
    numOutputs: outputs.length,
    result: mapLeaves(result, () => 0), // its tensors are this trace's: a call builds its result from the sources
    sources,
  };
}

/** Adds an input to the graph for each tensor and number of the arguments, and returns the arguments with those in their place. */
function addArguments(
  backend: ThoraxBackend,
  { trace, inputs, donated, known }: TraceState,
  args: readonly unknown[],
  isDonated: readonly boolean[],
): unknown[] {
  return args.map((argument, position) => {
    const { leaves } = flatten(argument);
    let next = 0;
    return mapLeaves(argument, () => {
      const { value, path } = leaves[next++];
      if (value instanceof tf.Variable) return value; // captured when it is used
      const [shape, type] = typeof value === "number" ? [[], dataTypes.float32] : [value.shape, backend.typeOf(value)];
      const variable = isDonated[position] && typeof value !== "number"
        ? trace.donatedVariable(type, shape)
        : undefined;
      const symbolic = variable?.value ?? trace.placeholder(type, shape);
      inputs.push(variable?.resource ?? symbolic);
      if (variable) donated.push({ path: `/${position}${path}`, variable });
      known.set(symbolic, value);
      return backend.wrap({ kind: "symbolic", symbolic });
    });
  });
}

/** Assigns the returned values that alias donated inputs; the others become outputs of the graph. */
function addOutputs(
  backend: ThoraxBackend,
  { trace, donated }: TraceState,
  leaves: readonly Leaf[],
): { outputs: SymbolicTensor[]; sources: Source[] } {
  const { engine: binding } = backend, outputs: SymbolicTensor[] = [];
  const values = leaves.map(({ value }) => typeof value === "number" ? value : binding.symbolic(backend.idOf(value)));
  const aliases = aliasOutputs(leaves, values, donated);
  const sources = values.map((value, position): Source => {
    const alias = aliases[position];
    if (typeof value === "number") return { kind: "number", value };
    if (alias === undefined) return { kind: "output", index: outputs.push(trace.identity(value)) - 1 };
    const { variable } = donated[alias];
    if (value !== (variable.update?.value ?? variable.value)) trace.assign(variable, value);
    return { kind: "donated", index: alias };
  });
  return { outputs, sources };
}

/** Names a function's result in errors. */
export function resultOf(label: string): string {
  return `${label}: the result`;
}

/**
 * Returns the result of a traced function.
 *
 * @throws {TypeError} if it is a promise
 */
export function refusePromise<R>(label: string, result: R): R {
  if (!(result instanceof Promise)) return result;
  throw ignoringPromise(result, new TypeError(`jit: ${label} is async; a compiled function returns at once`));
}

/** Returns the error; the promise beside it may be rejected without being handled. */
function ignoringPromise(result: unknown, error: unknown): unknown {
  if (result instanceof Promise) result.catch(() => {});
  return error;
}

/** Restores the variables; the error that ended the trace is the one to report. */
function restoreAfterError({ captures, known }: TraceState): void {
  try {
    captures.restore(known);
  } catch {
    // the first value of a variable that the function made cannot be computed
  }
}

/** Explains tfjs's error about a kernel that the native backend lacks: which function, and what to do. */
function explainMissingKernel(error: unknown, label: string): unknown {
  const [, kernel] = error instanceof Error && /^Kernel '(.+)' not registered/.exec(error.message) || [];
  if (!kernel) return error;
  return new Error(
    `jit: ${label}: the native backend has no kernel ${kernel}; ` +
      "compose it of other tfjs functions, or register one as ops/kernels.ts does",
    { cause: error },
  );
}

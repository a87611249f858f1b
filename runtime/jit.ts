import * as tf from "@tensorflow/tfjs-core";
import { nativeBackend } from "../ops/native.ts";
import type { ThoraxBackend } from "./backend/backend.ts";
import { checkArguments, checkOptions } from "./check_arguments.ts";
import { interpret } from "./interpret.ts";
import { call } from "./trace/call.ts";
import { GraphCache } from "./trace/graph_cache.ts";
import { RetraceWarning } from "./trace/retrace_warning.ts";
import { flatten } from "./trace/structure.ts";
import { traceFunction } from "./trace/trace_function.ts";

/** What a caller may pass for a parameter of type `T`: also a number for a scalar. */
export type Argument<T> = T extends tf.Tensor ? (tf.Scalar extends T ? T | number : T)
  : T extends object ? { [K in keyof T]: Argument<T[K]> }
  : T;

/** A function that {@linkcode jit} compiles. */
export interface JitFunction<A extends unknown[], R> extends Disposable {
  /** Runs the graph for the signature of the arguments, and traces it first if there is none. */
  (...args: { [K in keyof A]: Argument<A[K]> }): Promise<R>;
  /** The number of traces so far, one for each signature of the arguments. */
  readonly traces: number;
  /** Releases the graphs and their memory at once; a later call traces again. Without it, garbage collection releases them. */
  [Symbol.dispose](): void;
}

/** Options of {@linkcode jit}. */
export interface JitOptions {
  /** Positions of arguments that are donated: the results overwrite their memory, and the tensors are disposed. */
  readonly donate?: readonly number[];
  /**
   * Whether XLA compiles the graph on a GPU: the first call takes longer, and later calls launch fewer kernels. XLA must know every
   * op in the graph, and draws other random numbers from the same seeds. Without a GPU it changes nothing. Default: false.
   */
  readonly xla?: boolean;
  /**
   * Whether the tensors that the function captures are constants, such as the weights of a trained model. What depends on them alone
   * is computed once, and oneDNN keeps kernels in its own layout and fuses bias, sum and ReLU into them. Results differ by rounding.
   * Such a function may not donate, nor assign to a `tf.Variable`. Default: false.
   */
  readonly freeze?: boolean;
}

/** The number of graphs of a frozen function in the cache: the kernels of each hold a copy of its weights. */
const frozenGraphs = 2;

/** Releases the graphs of a jitted function that has been garbage collected. */
const unreachable = new FinalizationRegistry<GraphCache>((cache) => cache.clear());

/** The name of the function that is being traced, or called on another backend. */
let running: string | undefined;

/**
 * Compiles a function of tensors, gradients included, into one native graph for each signature of its arguments, as `tf.function`
 * does in Python. A call runs the graph on another thread and leaves the event loop free. The signature is the structure, shapes,
 * dtypes, strings and booleans of the arguments; a number becomes a scalar input.
 *
 * `fn` is called once for each signature, with tensors that have no values, so it must not read or print a tensor. On another
 * backend than the native one a call simply calls `fn`.
 *
 * @throws {TypeError} if an option is invalid
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { jit } from "@thorax/thorax/runtime";
 *
 * const scaled = jit((x: tf.Tensor, factor: tf.Scalar) => tf.mul(x, factor));
 * const y = await scaled(tf.tensor1d([1, 2]), 3);
 * console.assert(y.dataSync()[1] === 6);
 * ```
 */
export function jit<A extends unknown[], R>(
  fn: (...args: A) => R,
  { donate = [], xla = false, freeze = false }: JitOptions = {},
): JitFunction<A, R> {
  checkOptions(fn, donate, freeze);
  const label = fn.name || "an anonymous function";
  const last = Math.max(-1, ...donate);
  const cache = freeze ? new GraphCache(frozenGraphs) : new GraphCache(), warning = new RetraceWarning(label);
  let traces = 0;
  const start = async (args: unknown[]): Promise<R> => {
    if (last >= args.length) {
      throw new TypeError(
        `jit: ${label}: argument ${last} is donated, but the call has ${args.length}; pass it, or undefined`,
      );
    }
    const donated = args.map((_, position) => donate.includes(position));
    const native = nativeBackend() as ThoraxBackend | undefined;
    const { leaves, signature } = flatten(
      args,
      native && ((tensor) => tensor.isDisposed ? tensor.dtype : native.typeOf(tensor)),
      `${label}: argument`,
    );
    checkArguments(label, leaves, donate, native);
    if (!native) return within(label, () => interpret(label, fn, args, donated));
    const make = () => {
      const graph = within(label, () => traceFunction(native, fn, args, { label, donated, xla, frozen: freeze }));
      traces++;
      warning.add(args);
      return graph;
    };
    return await cache.use(native, signature, make, (graph) => call(native, graph, args, donated)) as R;
  };
  const jitted = (...args: { [K in keyof A]: Argument<A[K]> }): Promise<R> => {
    // it throws at once instead of rejecting the promise, for which the function around it would not wait
    if (running) throw new Error(`jit: ${label} is called inside of ${running}; call the plain function there`);
    if (tf.engine().state.gradientDepth > 0) {
      throw new Error(
        `jit: ${label} is called inside of a gradient, which does not wait for it; take the gradient inside of ${label}`,
      );
    }
    return start(args);
  };
  unreachable.register(jitted, cache);
  return Object.defineProperties(jitted, {
    traces: { get: () => traces },
    name: { value: fn.name },
    [Symbol.dispose]: { value: () => cache.clear() },
  }) as JitFunction<A, R>;
}

/** Runs the body of a jitted function. */
function within<R>(label: string, body: () => R): R {
  running = label;
  try {
    return body();
  } catch (error) {
    clearTape();
    throw error;
  } finally {
    running = undefined;
  }
}

/** Disposes the tensors that a gradient which threw had saved for its backward pass; tfjs does so only after a complete one. */
function clearTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const { saved } of state.activeTape ?? []) saved?.forEach((tensor) => tensor.dispose());
  state.activeTape = [];
}

/**
 * Asserts how often a jitted function was traced: compiling too often is a bug.
 *
 * @throws {Error} unless the number of traces is `expected`
 */
export function assertTraces(fn: { readonly traces: number; readonly name: string }, expected: number): void {
  if (fn.traces !== expected) {
    throw new Error(
      `${fn.name || "an anonymous function"}: expected ${expected} trace(s), counted ${fn.traces}: ` +
        "shapes, dtypes or fixed values of the arguments vary",
    );
  }
}

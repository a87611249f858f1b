import * as tf from "@tensorflow/tfjs-core";
import { nativeBackend } from "../ops/native.ts";
import type { ThoraxBackend } from "./backend/backend.ts";
import { Cache } from "./trace/cache.ts";
import { call } from "./backend/call.ts";
import { atOnce, resultOf, trace } from "./trace/compiled.ts";
import { Retraces } from "./trace/retraces.ts";
import { flatten, type Leaf, mapLeaves } from "./trace/structure.ts";

/** What a caller may pass where a traced function takes `T`: a number for a scalar. */
export type Argument<T> = T extends tf.Tensor ? (tf.Scalar extends T ? T | number : T)
  : T extends object ? { [K in keyof T]: Argument<T[K]> }
  : T;

/** A compiled function; see {@linkcode jit}. */
export interface Jitted<A extends unknown[], R> extends Disposable {
  (...args: { [K in keyof A]: Argument<A[K]> }): Promise<R>;
  /** How often it was traced, once for each signature of its arguments. */
  readonly traces: number;
  /** Gives its graphs up, and what they hold, at once; a later call traces anew. Else that happens when nobody can call it any more. */
  [Symbol.dispose](): void;
}

/** Options of {@linkcode jit}. */
export interface JitOptions {
  /** Positions of arguments that are given away: their memory is overwritten by what comes back. */
  readonly donate?: readonly number[];
  /**
   * On a GPU, XLA compiles the graph as a whole: the first call takes longer, the next ones launch fewer kernels. It must know every op
   * in it, and draws other numbers of the same seeds.
   */
  readonly whole?: boolean;
  /**
   * The tensors that the function takes from outside are its weights: what follows from them alone is computed once, and oneDNN keeps
   * them laid out and does what follows a product in the same pass. Results differ by rounding. Such a function overwrites nothing.
   */
  readonly freeze?: boolean;
}

/** Graphs that a frozen function keeps: the kernels of each hold its weights laid out for them. */
const frozenGraphs = 2;

/** A jitted function that nobody can call any more gives its graphs up. */
const unreachable = new FinalizationRegistry<Cache>((cache) => cache.clear());

/** The function whose body is running, on its way to become a graph or on another backend. */
let inside: string | undefined;

/**
 * Compiles a function of tensors (gradients included) into one native graph for each signature of its arguments, as
 * `tf.function` does in Python, and runs it by one call that leaves the event loop free. The signature is the structure,
 * shapes, dtypes, strings and booleans; a number becomes a scalar input. `fn` must compute only: what it reads or
 * prints of a tensor throws. Donated tensors are disposed, and what comes back in their place holds the same memory. On
 * another backend than the native one `fn` is simply called.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs";
 * import { jit } from "./mod.ts";
 * tf.env().set("PROD", true);
 * const scaled = jit((x: tf.Tensor, factor: tf.Scalar) => tf.mul(x, factor));
 * const y = await scaled(tf.tensor1d([1, 2]), 3);
 * console.assert(y.dataSync()[1] === 6);
 * ```
 */
export function jit<A extends unknown[], R>(
  fn: (...args: A) => R,
  { donate = [], whole = false, freeze = false }: JitOptions = {},
): Jitted<A, R> {
  checkOptions(fn, donate, freeze);
  const label = fn.name || "an anonymous function";
  const last = Math.max(-1, ...donate);
  const cache = freeze ? new Cache(frozenGraphs) : new Cache(), retraces = new Retraces(label);
  let traces = 0;
  const start = async (args: unknown[]): Promise<R> => {
    if (last >= args.length) {
      throw new TypeError(
        `jit: ${label}: argument ${last} is to be donated, and the call has ${args.length}; pass it, or undefined`,
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
      const graph = within(label, () => trace(native, fn, args, { label, donated, whole, frozen: freeze }));
      traces++;
      retraces.add(args);
      return graph;
    };
    return await cache.use(native, signature, make, (graph) => call(native, graph, args, donated)) as R;
  };
  const jitted = (...args: { [K in keyof A]: Argument<A[K]> }): Promise<R> => {
    // at once, not by the promise: the function whose body this is would not wait for it
    if (inside) throw new Error(`jit: ${label} is called inside of ${inside}; call the plain function there`);
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
  }) as Jitted<A, R>;
}

/** Throws where `jit` is given what it cannot go by: positions that are none would donate nothing. */
function checkOptions(fn: unknown, donate: unknown, freeze: boolean): void {
  if (typeof fn !== "function") throw new TypeError(`jit: expected a function, got ${typeof fn}`);
  if (!Array.isArray(donate) || !donate.every((position) => Number.isSafeInteger(position) && position >= 0)) {
    throw new TypeError(`jit: donate must be a list of positions, from 0, got ${JSON.stringify(donate)}`);
  }
  if (freeze && donate.length > 0) {
    throw new TypeError("jit: a frozen function overwrites nothing; donate no arguments");
  }
}

function within<R>(label: string, body: () => R): R {
  inside = label;
  try {
    return body();
  } catch (error) {
    dropTape();
    throw error;
  } finally {
    inside = undefined;
  }
}

/** Releases what a gradient that threw had saved for its way back: tfjs does so only for those that finish. */
function dropTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const { saved } of state.activeTape ?? []) saved?.forEach((tensor) => tensor.dispose());
  state.activeTape = [];
}

/** Throws where an argument cannot be used, before anything is done with any of them. */
function checkArguments(label: string, leaves: readonly Leaf[], donate: readonly number[], native?: ThoraxBackend) {
  const given = new Map<tf.DataId, string>();
  const tensors = leaves.flatMap(({ path, value }) => {
    if (typeof value !== "number") return [{ at: path.slice(1), value }];
    checkNumber(`jit: ${label}: argument ${path.slice(1)}`, value);
    return [];
  });
  for (const { at, value } of tensors) {
    const kind = value.isDisposed ? "disposed" : native?.kindOf(value);
    if (kind === "disposed" || kind === "donated") {
      throw new Error(`jit: ${label}: argument ${at} was ${kind} before; pass what the call that took it returned`);
    }
    if (kind === "symbolic" || kind === "standIn") {
      throw new Error(`jit: ${label}: argument ${at} is a tensor of a traced function; return it from there first`);
    }
    const isGiven = donate.includes(parseInt(at));
    if (isGiven && value instanceof tf.Variable) {
      throw new Error(`jit: ${label}: argument ${at} is a tf.Variable: the function assigns to it, nobody donates it`);
    }
    if (isGiven) given.set(value.dataId, given.get(value.dataId) ?? at);
  }
  for (const { at, value } of tensors) {
    const other = given.get(value.dataId) ?? at;
    if (other !== at) {
      throw new Error(`jit: ${label}: argument ${other} is donated and the same tensor is argument ${at}; pass a copy`);
    }
  }
}

/** Throws for a whole number that the float32 scalar which it becomes cannot hold: a seed, say, would be another one. */
function checkNumber(place: string, value: number): void {
  if (!Number.isInteger(value) || Math.fround(value) === value) return;
  const remedy = Math.abs(value) < 2 ** 31
    ? `pass tf.scalar(${value}, "int32")`
    : "pass a tensor of numbers that it holds";
  throw new RangeError(`${place} is ${value}, which a float32 scalar would round to ${Math.fround(value)}; ${remedy}`);
}

/** The same on a backend that runs op by op. */
function interpret<A extends unknown[], R>(
  label: string,
  fn: (...args: A) => R,
  args: unknown[],
  donated: boolean[],
): R {
  const scalars: tf.Tensor[] = [];
  const kept = new Set<unknown>();
  try {
    const concrete = mapLeaves(args, (value) => {
      if (typeof value !== "number") return value;
      scalars.push(tf.scalar(value));
      return scalars.at(-1);
    }) as A;
    const returned = tf.tidy(() => atOnce(label, fn(...concrete)) as tf.TensorContainer);
    flatten(returned, undefined, resultOf(label));
    const mine = new Set(flatten(args.filter((_, position) => !donated[position])).leaves.map(({ value }) => value));
    const isOthers = (value: tf.Tensor) => mine.has(value) || value instanceof tf.Variable;
    const result = mapLeaves(
      returned,
      (value) => typeof value !== "number" && isOthers(value) ? value.clone() : value,
    );
    for (const { value } of flatten(result).leaves) kept.add(value);
    for (const { value } of flatten(args.filter((_, position) => donated[position])).leaves) {
      if (typeof value !== "number" && !kept.has(value)) value.dispose();
    }
    return result as R;
  } finally {
    for (const scalar of scalars) if (!kept.has(scalar)) scalar.dispose();
  }
}

/** Throws unless a jitted function was traced exactly `expected` times: compiling too often is a bug. */
export function assertTraces(fn: { readonly traces: number; readonly name: string }, expected: number): void {
  if (fn.traces !== expected) {
    throw new Error(
      `${fn.name || "an anonymous function"}: expected ${expected} trace(s), counted ${fn.traces}: ` +
        "shapes, dtypes or fixed values of the arguments vary",
    );
  }
}

import * as tf from "@tensorflow/tfjs-core";
import { nativeBackend } from "../ops/native.ts";
import type { ThoraxBackend } from "./backend.ts";
import { call, type Compiled, release, trace } from "./compiled.ts";
import { flatten, mapLeaves } from "./structure.ts";

/** What a caller may pass where a traced function takes `T`: a number for a scalar. */
export type Argument<T> = T extends tf.Tensor ? (tf.Scalar extends T ? T | number : T)
  : T extends object ? { [K in keyof T]: Argument<T[K]> }
  : T;

/** A compiled function; see {@linkcode jit}. */
export interface Jitted<A extends unknown[], R> {
  (...args: { [K in keyof A]: Argument<A[K]> }): Promise<R>;
  /** How often it was traced, once for each signature of its arguments. */
  readonly traces: number;
}

/** Options of {@linkcode jit}. */
export interface JitOptions {
  /** Positions of arguments that are given away: their memory is overwritten by what comes back. */
  readonly donate?: readonly number[];
}

/** Functions kept by each jitted function; beyond, the oldest is dropped. */
const cacheSize = 32;

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
export function jit<A extends unknown[], R>(fn: (...args: A) => R, { donate = [] }: JitOptions = {}): Jitted<A, R> {
  const compiled = new Map<string, Compiled>();
  let traces = 0;
  const run = async (...args: { [K in keyof A]: Argument<A[K]> }): Promise<R> => {
    const donated = args.map((_, position) => donate.includes(position));
    const backend = nativeBackend();
    if (!backend) return interpret(fn, args, donated);
    const native = backend as ThoraxBackend;
    const { signature } = flatten(args);
    let found = compiled.get(signature);
    if (!found) {
      found = trace(native, fn, args, donated);
      traces++;
      compiled.set(signature, found);
      for (const [oldest, dropped] of compiled) {
        if (compiled.size <= cacheSize) break;
        compiled.delete(oldest);
        release(native, dropped);
      }
    }
    return await call(native, found, args, donated) as R;
  };
  return Object.defineProperty(run, "traces", { get: () => traces }) as Jitted<A, R>;
}

/** The same on a backend that runs op by op. */
function interpret<A extends unknown[], R>(fn: (...args: A) => R, args: unknown[], donated: boolean[]): R {
  const scalars: tf.Tensor[] = [];
  const concrete = mapLeaves(args, (value) => {
    if (typeof value !== "number") return value;
    scalars.push(tf.scalar(value));
    return scalars.at(-1);
  }) as A;
  const result = tf.tidy(() => fn(...concrete) as tf.TensorContainer) as R;
  const kept = new Set(flatten(result).leaves.map(({ value }) => value));
  const given = flatten(args.filter((_, position) => donated[position])).leaves.map(({ value }) => value);
  for (const value of [...scalars, ...given]) {
    if (typeof value !== "number" && !kept.has(value)) value.dispose();
  }
  return result;
}

/** Throws unless a jitted function was traced exactly `expected` times: compiling too often is a bug. */
export function assertTraces(fn: { readonly traces: number; readonly name: string }, expected: number): void {
  if (fn.traces !== expected) {
    throw new Error(
      `expected ${expected} trace(s), counted ${fn.traces}: shapes, dtypes or fixed values of the arguments vary`,
    );
  }
}

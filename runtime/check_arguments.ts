import * as tf from "@tensorflow/tfjs-core";
import type { ThoraxBackend } from "./backend/backend.ts";
import type { Leaf } from "./trace/structure.ts";

/**
 * Checks the options of `jit`.
 *
 * @throws {TypeError} if `fn` is not a function, if `donate` is not a list of positions, or if a frozen function donates
 */
export function checkOptions(fn: unknown, donate: unknown, freeze: boolean): void {
  if (typeof fn !== "function") throw new TypeError(`jit: expected a function, got ${typeof fn}`);
  if (!Array.isArray(donate) || !donate.every((position) => Number.isSafeInteger(position) && position >= 0)) {
    throw new TypeError(`jit: donate must be a list of positions, from 0, got ${JSON.stringify(donate)}`);
  }
  if (freeze && donate.length > 0) {
    throw new TypeError("jit: a frozen function overwrites nothing; donate no arguments");
  }
}

/**
 * Checks the arguments of a call, before anything is done with any of them.
 *
 * @throws {RangeError} for an integer that float32 cannot hold
 * @throws {Error} for a tensor that is disposed, donated, or of a trace, and for a donated one that is a variable or passed twice
 */
export function checkArguments(
  label: string,
  leaves: readonly Leaf[],
  donate: readonly number[],
  native?: ThoraxBackend,
): void {
  const donated = new Map<tf.DataId, string>();
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
    if (kind === "symbolic" || kind === "lazyPlaceholder") {
      throw new Error(`jit: ${label}: argument ${at} is a tensor of a traced function; return it from there first`);
    }
    const isDonated = donate.includes(parseInt(at));
    if (isDonated && value instanceof tf.Variable) {
      throw new Error(`jit: ${label}: argument ${at} is a tf.Variable: the function assigns to it, nobody donates it`);
    }
    if (isDonated) donated.set(value.dataId, donated.get(value.dataId) ?? at);
  }
  for (const { at, value } of tensors) {
    const other = donated.get(value.dataId) ?? at;
    if (other !== at) {
      throw new Error(`jit: ${label}: argument ${other} is donated and the same tensor is argument ${at}; pass a copy`);
    }
  }
}

/**
 * Checks a number, which becomes a float32 scalar.
 *
 * @throws {RangeError} for an integer, such as a seed, that float32 would round
 */
function checkNumber(place: string, value: number): void {
  if (!Number.isInteger(value) || Math.fround(value) === value) return;
  const remedy = Math.abs(value) < 2 ** 31
    ? `pass tf.scalar(${value}, "int32")`
    : "pass a tensor of numbers that it holds";
  throw new RangeError(`${place} is ${value}, which a float32 scalar would round to ${Math.fround(value)}; ${remedy}`);
}

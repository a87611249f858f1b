import type { Parameter } from "../dsl/compile/compile.ts";
import { UserError } from "../errors.ts";
import { quote } from "./quote.ts";

/** Where the values of a tensor come from, and which are valid. */
export interface ValueCheck {
  /** The file that holds the tensor. */
  readonly path: string;
  /** The name of the tensor in it. */
  readonly name: string;
  /** Whether the values are variances, which are never below 0. */
  readonly isVariance?: boolean;
}

/**
 * Checks that the values of a tensor are valid in a model: no NaN, no infinity, no variance below 0. A network can hide
 * such values, since max pooling and ReLU drop NaN.
 *
 * @returns the same values
 * @throws {UserError} that names the file, the tensor, the value and its place
 */
export function checkValues<V extends Float32Array>(values: V, { path, name, isVariance = false }: ValueCheck): V {
  const least = isVariance ? 0 : -Infinity;
  const wrong = values.findIndex((value) => !(Number.isFinite(value) && value >= least));
  if (wrong < 0) return values;
  const what = Number.isFinite(values[wrong]) ? `a variance of ${values[wrong]}` : values[wrong];
  throw new UserError(`${path}: tensor ${quote(name)} holds ${what}, at ${wrong} of ${values.length}`);
}

/** Whether a parameter is the running variance of a batch norm. */
export function isRunningVariance({ path, trainable }: Pick<Parameter, "path" | "trainable">): boolean {
  return !trainable && (path === "variance" || path.endsWith("/variance"));
}

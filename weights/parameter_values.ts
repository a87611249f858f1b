import type { Parameter } from "../dsl/compile/compile.ts";
import { UserError } from "../errors.ts";
import { quote } from "./safetensors/safetensors_header.ts";

/** Where values come from, and what they may be. */
export interface ValuesOf {
  /** The file. */
  readonly path: string;
  /** The name of the tensor in it. */
  readonly name: string;
  /** Whether they are variances, which are never below 0. */
  readonly isVariance?: boolean;
}

/**
 * Makes sure that the values of a tensor are such as a model has: no NaN, no infinity, no variance below 0. A network can hide
 * them: max pooling and ReLU drop NaN.
 *
 * @throws {UserError} that names the file, the tensor, the value and its place
 */
export function checkValues<V extends Float32Array>(values: V, { path, name, isVariance = false }: ValuesOf): V {
  const least = isVariance ? 0 : -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]) && values[i] >= least) continue;
    const what = Number.isFinite(values[i]) ? `a variance of ${values[i]}` : values[i];
    throw new UserError(`${path}: tensor ${quote(name)} holds ${what}, at ${i} of ${values.length}`);
  }
  return values;
}

/** Whether a parameter is the running variance of a batch norm. */
export function isRunningVariance({ path, trainable }: Pick<Parameter, "path" | "trainable">): boolean {
  return !trainable && (path === "variance" || path.endsWith("/variance"));
}

import type { ThoraxBackend } from "../backend/backend.ts";
import { cString } from "../ffi/c_string.ts";
import type { Handle } from "../ffi/handles.ts";
import type { CapturedVariable } from "./variable_captures.ts";

/** Where a returned tensor or number comes from: an output of the call, a donated input, or the trace. */
export type Source =
  | { readonly kind: "output"; readonly index: number }
  | { readonly kind: "donated"; readonly index: number }
  | { readonly kind: "number"; readonly value: number };

/** A TensorFlow function in the eager context: what it takes, and how to build the result of a call from its outputs. */
export interface GraphFunction {
  readonly name: string;
  /** The traced function's name in messages. */
  readonly label: string;
  /** The names of all functions that the context knows because of it: its own, and those that it calls. */
  readonly functions: readonly string[];
  /** Variables that it takes behind the arguments. */
  readonly variables: readonly CapturedVariable[];
  /** Captured constants that it takes behind the variables. */
  readonly constants: readonly Handle[];
  readonly numOutputs: number;
  /** The structure of the result, each leaf 0. */
  readonly result: unknown;
  /** The sources of the leaves, in order. */
  readonly sources: readonly Source[];
}

/** Removes a graph function from the context, and releases the constants that it holds. */
export function release(backend: ThoraxBackend, { functions, constants }: GraphFunction): void {
  removeFunctions(backend, functions);
  releaseHandles(backend, constants);
}

/** Releases handles of tensors. */
export function releaseHandles({ engine: { tensorflow } }: ThoraxBackend, handles: readonly Handle[]): void {
  for (const { pointer } of handles) tensorflow.c.TFE_DeleteTensorHandle(pointer);
}

/** Removes functions from the context. */
export function removeFunctions(
  { engine: { tensorflow, context } }: ThoraxBackend,
  functions: readonly string[],
): void {
  for (const name of functions) {
    tensorflow.c.TFE_ContextRemoveFunction(context.pointer, cString(name), tensorflow.status);
    tensorflow.check(name);
  }
}

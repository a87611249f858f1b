import type { Handle } from "../ffi/handles.ts";
import type { SymbolicTensor } from "../trace/graph.ts";
import type { LazyPlaceholder } from "../trace/lazy_placeholder.ts";
import type { Variable } from "./variable.ts";

/**
 * What is behind a tfjs tensor: a handle of TensorFlow, a resource variable, a tensor of a graph, the value of a `tf.Variable` in a
 * trace, or nothing once it was donated.
 */
export type Value =
  | { readonly kind: "handle"; readonly handle: Handle }
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "symbolic"; readonly symbolic: SymbolicTensor }
  | { readonly kind: "lazyPlaceholder"; readonly placeholder: LazyPlaceholder }
  | { readonly kind: "donated" };

/** Returns the shape and element type of a value. */
export function describe(value: Exclude<Value, { kind: "donated" }>): { shape: number[]; dtype: number } {
  switch (value.kind) {
    case "handle":
      return value.handle;
    case "variable":
      return value.variable;
    case "symbolic":
      return value.symbolic;
    case "lazyPlaceholder":
      return value.placeholder;
  }
}

import type { StandIn } from "../trace/captures.ts";
import type { Symbolic } from "../trace/graph.ts";
import type { Handle } from "../ffi/handles.ts";
import type { Variable } from "./variable.ts";

/** Where the value behind a tfjs tensor lives. */
export type Value =
  | { readonly kind: "handle"; readonly handle: Handle }
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "symbolic"; readonly symbolic: Symbolic }
  | { readonly kind: "standIn"; readonly standIn: StandIn }
  | { readonly kind: "donated" };

/** What a value says of itself. */
export function describe(value: Exclude<Value, { kind: "donated" }>): { shape: number[]; dtype: number } {
  switch (value.kind) {
    case "handle":
      return value.handle;
    case "variable":
      return value.variable;
    case "symbolic":
      return value.symbolic;
    case "standIn":
      return value.standIn;
  }
}

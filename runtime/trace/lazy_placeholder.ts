import type { SymbolicTensor } from "./graph.ts";
import type { Trace } from "./trace.ts";

/**
 * The value of a `tf.Variable` while a function is traced. The variable becomes an input of the graph only if the function uses
 * it.
 */
export interface LazyPlaceholder {
  readonly trace: Trace;
  /** The variable's name, for messages. */
  readonly name: string;
  readonly shape: number[];
  /** TensorFlow's number for the element type. */
  readonly dtype: number;
  /** Returns the value in the graph, and adds the input on the first call. */
  symbolic(): SymbolicTensor;
}

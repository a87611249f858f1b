import * as tf from "@tensorflow/tfjs-core";
import { flatten, mapLeaves } from "./trace/structure.ts";
import { refusePromise, resultOf } from "./trace/trace_function.ts";

/** Calls a jitted function op by op, on a backend without graphs: numbers become scalars, and donated tensors are disposed. */
export function interpret<A extends unknown[], R>(
  label: string,
  fn: (...args: A) => R,
  args: unknown[],
  donated: boolean[],
): R {
  const scalars: tf.Tensor[] = [];
  const returned = new Set<unknown>();
  try {
    const concrete = mapLeaves(args, (value) => {
      if (typeof value !== "number") return value;
      scalars.push(tf.scalar(value));
      return scalars.at(-1);
    }) as A;
    const value = tf.tidy(() => refusePromise(label, fn(...concrete)) as tf.TensorContainer);
    flatten(value, undefined, resultOf(label));
    const leavesOf = (isDonated: boolean) =>
      flatten(args.filter((_, position) => donated[position] === isDonated)).leaves.map(({ value }) => value);
    const callers = new Set(leavesOf(false));
    const isCallers = (tensor: tf.Tensor) => callers.has(tensor) || tensor instanceof tf.Variable;
    const result = mapLeaves(value, (leaf) => typeof leaf !== "number" && isCallers(leaf) ? leaf.clone() : leaf);
    for (const { value } of flatten(result).leaves) returned.add(value);
    for (const leaf of leavesOf(true)) if (typeof leaf !== "number" && !returned.has(leaf)) leaf.dispose();
    return result as R;
  } finally {
    for (const scalar of scalars) if (!returned.has(scalar)) scalar.dispose();
  }
}

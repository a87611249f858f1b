import * as tf from "@tensorflow/tfjs-core";
import { callers } from "./callers.ts";
import { dataTypes } from "../ffi/data_type.ts";
import type { Symbolic } from "./graph.ts";

/** What a trace cannot do, as errors that name the function, the op and the remedy. */

/** A tensor that has no value. */
export type Unreadable = Pick<Symbolic, "shape" | "dtype"> & { readonly op?: string; readonly name?: string };

const readers =
  /\b(?:Tensor|Variable|Module|Object)\.(print|toString|arraySync|array|bufferSync|buffer|bytes|dataSync|data)\b/g;
const asynchronous = /\b(\w+Async)_ /g;
const kernels = /\/kernels\/(\w+)\.js/;

/** In a trace there are no values yet. */
export function refuseReading(label: string, tensor: Unreadable): never {
  const stack = callers();
  const last = (pattern: RegExp) => [...stack.matchAll(pattern)].at(-1)?.[1];
  const async = last(asynchronous);
  const reader = async ? `tf.${async}` : last(readers) ?? `tfjs's kernel ${kernels.exec(stack)?.[1] ?? ""}`.trim();
  throw new Error(
    `jit: ${label}: ${reader} reads ${show(tensor)} while the function is traced, when no tensor has a value yet; ` +
      "return it and read what the call gives, or choose with tf.where",
  );
}

/** A compiled function is not called again: what it keeps for its next call is not there then, in whatever variable it lies. */
export function refuseKeeping(label: string, tensor: Unreadable): never {
  throw new Error(
    `jit: ${label}: the function keeps ${
      show(tensor)
    } after it has returned, and every later call would go by the first one's; ` +
      "return it without tf.keep and pass it in again, or assign it to a tf.Variable (see docs/jit.md)",
  );
}

/** `a tensor (a result of AddV2, float32 [1])` */
function show({ op, dtype, shape, name }: Unreadable): string {
  const typeName = Object.entries(dataTypes).find(([, type]) => type === dtype)?.[0];
  const argument = op === "Placeholder" || op === "ReadVariableOp";
  const origin = name ? `the variable ${name}` : argument ? "an argument" : `a result of ${op}`;
  return `a tensor (${origin}, ${typeName} [${shape.join(", ")}])`;
}

/** The scopes of tfjs's ops that draw. */
const randomOps = /^(dropout|rand(?:om(?:Normal|Uniform|UniformInt|Gamma|StandardNormal))?|truncatedNormal)__op$/;

/** tfjs draws random numbers in JavaScript: in a trace they would be constants, the same in every call. */
export function refuseRandomness(label: string): void {
  const [op] = tf.engine().state.scopeStack.flatMap(({ name }) => randomOps.exec(name)?.[1] ?? []);
  if (op) {
    throw new Error(
      `jit: ${label}: tf.${op} in a traced function would give the same numbers in every call; ` +
        "pass a seed and use dropout or statelessUniform of ops/dropout.ts; a layer draws its weights when it is built: before",
    );
  }
}

/** TensorFlow's own random ops go on from a state that no seed of a call sets. */
export function refuseRandomOp(label: string, op: string): void {
  if (!/^(Multinomial|Random|TruncatedNormal|ParameterizedTruncatedNormal)/.test(op)) return;
  throw new Error(
    `jit: ${label}: ${op} draws numbers that no seed repeats; ` +
      "pass a seed and use dropout or statelessUniform of ops/dropout.ts",
  );
}

/** Shapes that nobody reads: batch norm's third reserve space, and a variable's value, whose shape is set afterwards. */
const unread: ReadonlyMap<string, number[]> = new Map([
  ["FusedBatchNormV3", [0]],
  ["ReadVariableOp", []],
]);

/** A shape that depends on values; `undefined` where even the rank does. A size of −1 is not known. */
export function unknownShape(label: string, op: string, shape: readonly number[] | undefined): number[] {
  const known = unread.get(op);
  if (known) return known;
  const sizes = shape ? `[${shape.map((size) => size < 0 ? "?" : size).join(", ")}]` : "of unknown rank";
  throw new Error(
    `jit: ${label}: ${op} makes a tensor ${sizes}, whose shape depends on values, and a traced function has none; ` +
      "compute it outside and pass it, or keep the shape and choose with tf.where",
  );
}

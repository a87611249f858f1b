import * as tf from "@tensorflow/tfjs-core";
import { stackTrace } from "./stack_trace.ts";
import { dataTypes } from "../ffi/data_type.ts";

/** A tensor without a value, as errors describe it: by a variable's `name`, or by the `op` that computes it. */
export interface TensorDescription {
  readonly shape: readonly number[];
  /** TensorFlow's number for the element type. */
  readonly dtype: number;
  readonly op?: string;
  readonly name?: string;
}

const readers =
  /\b(?:Tensor|Variable|Module|Object)\.(print|toString|arraySync|array|bufferSync|buffer|bytes|dataSync|data)\b/g;
const asynchronous = /\b(\w+Async)_ /g;
const kernels = /\/kernels\/(\w+)\.js/;

/**
 * Refuses to read a tensor: it has no value while the function is traced.
 *
 * @throws {Error} that names who reads it, the tensor and the remedy
 */
export function refuseReading(label: string, tensor: TensorDescription): never {
  const stack = stackTrace();
  const last = (pattern: RegExp) => [...stack.matchAll(pattern)].at(-1)?.[1];
  const async = last(asynchronous);
  const reader = async ? `tf.${async}` : last(readers) ?? `tfjs's kernel ${kernels.exec(stack)?.[1] ?? ""}`.trim();
  throw new Error(
    `jit: ${label}: ${reader} reads ${show(tensor)} while the function is traced, when no tensor has a value yet; ` +
      "return it and read what the call gives, or choose with tf.where",
  );
}

/**
 * Refuses a tensor that a function keeps for its next call: a compiled function is not called again.
 *
 * @throws {Error} that names the tensor and the remedy
 */
export function refuseLeakedTensor(label: string, tensor: TensorDescription): never {
  throw new Error(
    `jit: ${label}: the function keeps ${
      show(tensor)
    } after it has returned, and every later call would go by the first one's; ` +
      "return it without tf.keep and pass it in again, or assign it to a tf.Variable (see docs/jit.md)",
  );
}

/** `a tensor (a result of AddV2, float32 [1])` */
function show({ op, dtype, shape, name }: TensorDescription): string {
  const typeName = Object.entries(dataTypes).find(([, type]) => type === dtype)?.[0];
  const argument = op === "Placeholder" || op === "ReadVariableOp";
  const origin = name ? `the variable ${name}` : argument ? "an argument" : `a result of ${op}`;
  return `a tensor (${origin}, ${typeName} [${shape.join(", ")}])`;
}

/** The scopes of tfjs's ops that draw random numbers. */
const randomOps = /^(dropout|rand(?:om(?:Normal|Uniform|UniformInt|Gamma|StandardNormal))?|truncatedNormal)__op$/;

/**
 * Refuses a random op of tfjs: it draws numbers in JavaScript, which would be constants of the graph.
 *
 * @throws {Error} inside such an op, with its name
 */
export function refuseRandomness(label: string): void {
  const [op] = tf.engine().state.scopeStack.flatMap(({ name }) => randomOps.exec(name)?.[1] ?? []);
  if (op) {
    throw new Error(
      `jit: ${label}: tf.${op} in a traced function would give the same numbers in every call; ` +
        "pass a seed and use dropout or statelessUniform of ops/dropout.ts; a layer draws its weights when it is built: before",
    );
  }
}

/**
 * Refuses TensorFlow's own random ops, whose state no seed of a call sets.
 *
 * @throws {Error} for such an op
 */
export function refuseRandomOp(label: string, op: string): void {
  if (!/^(Multinomial|Random|TruncatedNormal|ParameterizedTruncatedNormal)/.test(op)) return;
  throw new Error(
    `jit: ${label}: ${op} draws numbers that no seed repeats; ` +
      "pass a seed and use dropout or statelessUniform of ops/dropout.ts",
  );
}

/** Shapes that nobody reads: batch norm's third reserve space, and the value of a variable, whose shape is set afterwards. */
const unread: ReadonlyMap<string, number[]> = new Map([
  ["FusedBatchNormV3", [0]],
  ["ReadVariableOp", []],
]);

/**
 * Returns the shape of an op that needs none.
 *
 * @throws {Error} for any other op whose shape depends on values; a size of −1 is unknown, and `shape` is undefined if the rank is
 */
export function unknownShape(label: string, op: string, shape: readonly number[] | undefined): number[] {
  const known = unread.get(op);
  if (known) return known;
  const sizes = shape ? `[${shape.map((size) => size < 0 ? "?" : size).join(", ")}]` : "of unknown rank";
  throw new Error(
    `jit: ${label}: ${op} makes a tensor ${sizes}, whose shape depends on values, and a traced function has none; ` +
      "compute it outside and pass it, or keep the shape and choose with tf.where",
  );
}

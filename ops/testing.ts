/** What the tests of this folder share: each function eagerly on two backends and traced, on inputs that are waves. */
import "../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { ThoraxBackend } from "../runtime/backend/backend.ts";
import { withTensor } from "../runtime/ffi/handles.ts";
import { jit } from "../runtime/jit.ts";
import { readVariable } from "../runtime/backend/variable.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { nativeBackend } from "./native.ts";

/** Runs a function of tensors in one of three ways; on `tensors` what it returns is found. */
export type Run = <A extends Tensor[], R>(fn: (...args: A) => R, ...args: A) => Promise<R>;

/** Which of the three ways. */
export type Way = "cpu" | "native" | "traced";

/**
 * One test for each way: tfjs's CPU backend (needs no permission), the native backend op by op, and the native backend
 * through `jit`. Tensors made in the body are released after it.
 */
export function eachWay(name: string, body: (run: Run, way: Way) => Promise<void>): void {
  const eager: Run = (fn, ...args) => Promise.resolve(fn(...args));
  const traced: Run = (fn, ...args) => jit(fn)(...args as never);
  const test = (way: Way, options: { ignore: boolean }, run: Run) =>
    Deno.test(`${name} (${way})`, options, async () => {
      if (way === "cpu") await tf.setBackend("cpu");
      else await useEngine();
      tf.engine().startScope();
      try {
        await body(run, way);
      } finally {
        tf.engine().endScope();
      }
    });
  test("cpu", { ignore: false }, eager);
  test("native", needs("read", "ffi", "env", "run"), eager);
  test("traced", needs("read", "ffi", "env", "run"), traced);
}

/** sin(1 + phase), sin(2 + phase), …: images are `[N, H, W, C]`, kernels `[kh, kw, in, out]`. */
export function waves<R extends tf.Rank = tf.Rank>(shape: tf.ShapeMap[R], phase = 0): Tensor<R> {
  const size = (shape as number[]).reduce((product, n) => product * n, 1);
  return tf.tensor<R>(Float32Array.from({ length: size }, (_, i) => Math.sin(i + 1 + phase)), shape);
}

/** Asserts a tensor's shape and values. */
export function assertTensor(actual: Tensor, shape: number[], expected: ArrayLike<number>, tolerance = 2e-6): void {
  assertEquals<number[]>(actual.shape, shape);
  actual.dataSync().forEach((value, i) => assertAlmostEquals(value, expected[i], tolerance, `element ${i}`));
}

/** A tensor of many elements as two numbers: its product with waves (phase 0.5), and its norm. */
export interface Projection {
  readonly product: number;
  readonly norm: number;
}

/** Asserts both numbers of a tensor, relative to its norm. */
export function assertProjection(actual: Tensor, { product, norm }: Projection, what: string, tolerance = 5e-6): void {
  const values = [...actual.dataSync()];
  const actualProduct = values.reduce((sum, value, i) => sum + value * Math.sin(i + 1.5), 0);
  assertAlmostEquals(actualProduct, product, tolerance * norm + 5e-6, `${what}, product`);
  assertAlmostEquals(Math.hypot(...values), norm, tolerance * norm + 5e-6, `${what}, norm`);
}

/** The weights of the loss whose gradients the tests take: waves (phase 0.5) by default. */
type LossWeights = readonly number[];

/**
 * Makes a function of the value of `fn`, and of the gradients by each input of the loss Σ weights · value. The weights are
 * waves (phase 0.5) by default.
 */
export function withGradients<A extends Tensor[]>(fn: (...xs: A) => Tensor, weights?: LossWeights) {
  return (...xs: A): Tensor[] => {
    const loss = (...inputs: Tensor[]) => {
      const y = fn(...inputs as A);
      return tf.sum(tf.mul(y, weights ? tf.tensor([...weights], y.shape) : waves(y.shape, 0.5)));
    };
    return [fn(...xs), ...tf.grads(loss)(xs)];
  };
}

/** How {@linkcode assertGradients} takes differences. */
interface Differences {
  /** The distance between two values of an element; small beside the distance to an edge of the function. */
  readonly step?: number;
  /** The greatest error of a gradient's element, as a part of its largest element. */
  readonly tolerance?: number;
  /** At most so many elements of each input are checked, spread evenly. */
  readonly elements?: number;
}

/**
 * Asserts that the gradients of a function are its central differences, of fourth order: (8·(f(x + h) − f(x − h)) −
 * (f(x + 2h) − f(x − 2h))) / 12h, where f is the loss of {@linkcode withGradients}, computed eagerly and added up in
 * float64. The message names the input, the element, and both numbers.
 */
export async function assertGradients<A extends Tensor[]>(
  run: Run,
  fn: (...xs: A) => Tensor,
  xs: A,
  { step = 2 ** -5, tolerance = 1e-3, elements = 12 }: Differences = {},
): Promise<void> {
  const [, ...gradients] = await run(withGradients(fn), ...xs);
  const inputs = xs.map((x) => [...x.dataSync()]);
  const lossAt = (index: number, element: number, shift: number) =>
    tf.tidy(() => {
      const values = inputs[index].with(element, inputs[index][element] + shift);
      const y = fn(...xs.with(index, tf.tensor(values, xs[index].shape)) as A);
      return [...y.dataSync()].reduce((sum, value, i) => sum + value * Math.sin(i + 1.5), 0);
    });
  for (const [index, gradient] of gradients.entries()) {
    const values = [...gradient.dataSync()], count = Math.min(elements, values.length);
    const largest = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    for (let i = 0; i < count; i++) {
      const element = Math.floor(i * values.length / count);
      const [near, far] = [step, 2 * step].map((h) => lossAt(index, element, h) - lossAt(index, element, -h));
      const difference = (8 * near - far) / (12 * step);
      const what = `gradient of input ${index}, element ${element}: ${values[element]}, by differences ${difference}`;
      assertAlmostEquals(values[element], difference, tolerance * largest + 1e-4, what);
    }
  }
}

/** Traces a function and lists the TensorFlow ops that its kernels ask for, in order. */
export async function opsOf<A extends Tensor[]>(fn: (...xs: A) => Tensor, ...xs: A): Promise<string[]> {
  const backend = nativeBackend(), ops: string[] = [];
  if (!backend) throw new TypeError("opsOf needs the native backend");
  const { executeSingleOutput } = backend;
  backend.executeSingleOutput = (op, ...rest) => {
    ops.push(op);
    return executeSingleOutput.call(backend, op, ...rest);
  };
  try {
    await jit(fn)(...xs as never);
  } finally {
    backend.executeSingleOutput = executeSingleOutput;
  }
  return ops;
}

/** Where a native tensor's values lie in memory. */
export function addressOf(tensor: Tensor): bigint {
  const backend = nativeBackend() as ThoraxBackend;
  const { tensorflow, context } = backend.engine;
  const value = backend.engine.value(backend.idOf(tensor));
  if (value.kind !== "handle" && value.kind !== "variable") throw new TypeError(`a ${value.kind} tensor has no memory`);
  const handle = value.kind === "handle" ? value.handle : readVariable(tensorflow, context, value.variable);
  try {
    return withTensor(tensorflow, handle, (tensor) => Deno.UnsafePointer.value(tensorflow.c.TF_TensorData(tensor)));
  } finally {
    if (value.kind === "variable") tensorflow.c.TFE_DeleteTensorHandle(handle.pointer);
  }
}

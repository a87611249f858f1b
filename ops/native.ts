import type { KernelBackend, KernelConfig, NamedAttrMap, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** The name under which the native TensorFlow backend registers itself and its kernels. */
export const nativeBackendName = "tensorflow";

/** An attribute of a TensorFlow op in tfjs-node's format; made by {@linkcode attribute}. */
export interface Attribute {
  name: string;
  type: number;
  value: boolean | number | string | number[] | string[];
}

/** tfjs-node's numbers for kinds of attributes; `strings`, a list of strings, is our own. */
export const attributeKinds = {
  string: 0,
  int: 1,
  float: 2,
  bool: 3,
  type: 4,
  shape: 5,
  function: 8,
  strings: 100,
} as const;

/** Whether an attribute is a list of numbers. */
export function isNumbers(value: Attribute["value"]): value is number[] {
  return typeof value === "object" && typeof value[0] !== "string";
}

/** TensorFlow's numbers for the element types that kernels use in attributes. */
export const types = { float32: 1, int32: 3, int64: 9, bool: 10, bfloat16: 14 } as const;

const make =
  <T extends Attribute["value"]>(kind: keyof typeof attributeKinds) => (name: string, value: T): Attribute => ({
    name,
    type: attributeKinds[kind],
    value,
  });

/** Constructors of attributes: `attribute.int("strides", [1, 2, 2, 1])`. */
export const attribute = {
  string: make<string>("string"),
  strings: make<string[]>("strings"),
  int: make<number | number[]>("int"),
  float: make<number>("float"),
  bool: make<boolean>("bool"),
  type: make<number>("type"),
};

/** The attribute for float32, the element type of most kernels here. */
export const T = attribute.type("T", types.float32);

/** The backend as native kernels see it: tfjs-node's own methods, and what a trace adds to them. */
export interface NativeBackend extends KernelBackend {
  executeSingleOutput(op: string, attributes: Attribute[], inputs: Tensor[]): Tensor;
  executeMultipleOutputs(op: string, attributes: Attribute[], inputs: Tensor[], numOutputs: number): Tensor[];
  getDTypeInteger(dtype: tf.DataType): number;
  /** Whether ops run on a GPU. */
  readonly isUsingGpuDevice: boolean;
  /** Whether a tensor that tfjs sees as float32 is bfloat16 (see precision.ts). */
  isBfloat16(tensor: Tensor): boolean;
  /**
   * Whether a tensor is the same in every call of the traced function, so that what depends on it alone is computed
   * once (see `jit`).
   */
  isFrozen(tensor: Tensor): boolean;
  /** Makes a float32 tensor whose memory `fill` writes. */
  filled(shape: readonly number[], fill: (values: Float32Array) => void): Tensor;
  /**
   * Runs an op that overwrites the resource variables behind `targets` if `when`, a bool scalar, is true, and returns
   * their values after it. Returns `undefined` if one of them is not the value of a donated argument of the current
   * trace (see `jit`), and in a trace that XLA compiles in full.
   */
  updateInPlace(
    op: string,
    attributes: Attribute[],
    targets: Tensor[],
    inputs: () => Tensor[],
    when?: Tensor,
  ): Tensor[] | undefined;
  /**
   * Overwrites `targets` with what `update` computes from them and from `inputs`, as one function that XLA compiles:
   * fewer passes over the memory than one for each op. Otherwise as {@linkcode updateInPlace}.
   */
  updateCompiled(
    targets: Tensor[],
    inputs: Tensor[],
    update: (targets: Tensor[], inputs: Tensor[]) => Tensor[],
    when: Tensor,
  ): Tensor[] | undefined;
  /**
   * Runs `fn` as one function that XLA compiles: fewer passes over the memory than one for each op. The same name must
   * always mean the same function. Returns `undefined` outside of a trace, in a trace for export, and on a GPU.
   */
  fuse(name: string, inputs: Tensor[], fn: (...inputs: Tensor[]) => Tensor[]): Tensor[] | undefined;
  /**
   * The matrices a and b, if a tensor of the current trace is the product aᵀ·b: a gradient that need not be computed.
   */
  factorsOf(product: Tensor): [Tensor, Tensor] | undefined;
  /** Tells tfjs's leak check that `view` is the memory of `of` in another shape. */
  countAsOne(of: Tensor, view: Tensor): void;
  /** Copies `x`; in a trace, the copy waits for `dependency` (a control dependency). */
  withControlDependency(x: Tensor, dependency: Tensor): Tensor;
}

/** The arguments of a native kernel. */
export interface KernelArguments<Attributes = object> {
  inputs: Record<string, Tensor>;
  attrs: Attributes;
  backend: NativeBackend;
}

/** Makes a kernel of the native backend. It disposes the kernel's intermediate tensors. */
export function nativeKernel<Attributes = object>(
  kernelName: string,
  kernel: (args: KernelArguments<Attributes>) => Tensor | Tensor[],
): KernelConfig {
  return {
    kernelName,
    backendName: nativeBackendName,
    kernelFunc: (args) => tf.tidy(() => kernel(args as unknown as KernelArguments<Attributes>)),
  };
}

/** The inputs and attributes of one call of a kernel. */
export interface Call {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: object;
}

/** Wraps the native backend's kernel: `before` runs first, and what it returns, if anything, is the result. */
export function precededBy(kernelName: string, before: (call: Call) => Tensor | undefined | void): KernelConfig {
  const kernel = tf.getKernel(kernelName, nativeBackendName);
  return {
    ...kernel,
    kernelFunc: (args) =>
      before({ inputs: args.inputs as Call["inputs"], attrs: args.attrs ?? {} }) ?? kernel.kernelFunc(args),
  };
}

/** Runs a kernel of the native backend that tfjs has no function for. */
export function runNative<T extends Tensor | Tensor[]>(
  kernelName: string,
  inputs: Record<string, Tensor>,
  attributes: object = {},
): T {
  return tf.engine().runKernel(kernelName, inputs, attributes as NamedAttrMap) as T;
}

/** The backend in use, if it is the native one. */
export function nativeBackend(): NativeBackend | undefined {
  return tf.getBackend() === nativeBackendName ? tf.backend() as NativeBackend : undefined;
}

/** Whether the backend in use has a kernel. */
export function hasKernel(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) != null;
}

/** Makes an int32 tensor for arguments that TensorFlow takes as tensors: shapes, paddings, begins. */
export function int32(values: number[], shape: [number] | [number, number] = [values.length]): Tensor {
  return tf.tensor(values, shape, "int32");
}

/**
 * The shape of a tensor with four axes.
 *
 * @throws {TypeError} for any other number of axes
 */
export function shape4({ shape }: Tensor): [number, number, number, number] {
  if (shape.length !== 4) throw new TypeError(`expected [N, H, W, C], got [${shape}]`);
  return shape as [number, number, number, number];
}

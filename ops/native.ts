import type { KernelBackend, KernelConfig, NamedAttrMap, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** The name under which the native TensorFlow backend registers itself and its kernels. */
export const nativeBackendName = "tensorflow";

/** An attribute of a TensorFlow op, in tfjs-node's shape; made by {@linkcode attribute}. */
export interface Attribute {
  name: string;
  type: number;
  value: boolean | number | string | number[] | string[];
}

/** tfjs-node's numbers for the kinds of attribute; `strings`, a list of texts, is ours. */
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

/** TensorFlow's numbers for the element types that kernels name in attributes. */
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

/** The element type of most kernels here. */
export const T = attribute.type("T", types.float32);

/** What a native kernel may ask of its backend: tfjs-node's own methods, and updates of donated arguments in place. */
export interface NativeBackend extends KernelBackend {
  executeSingleOutput(op: string, attributes: Attribute[], inputs: Tensor[]): Tensor;
  executeMultipleOutputs(op: string, attributes: Attribute[], inputs: Tensor[], numOutputs: number): Tensor[];
  getDTypeInteger(dtype: tf.DataType): number;
  /** Whether ops run on a GPU. */
  readonly isUsingGpuDevice: boolean;
  /** Whether a tensor that tfjs takes for float32 is bfloat16 (see precision.ts). */
  isBfloat16(tensor: Tensor): boolean;
  /** Whether a tensor is the same in every call of the function that is traced, so that what is made of it alone is made once (see `jit`). */
  isFrozen(tensor: Tensor): boolean;
  /** A float32 tensor whose memory `fill` writes. */
  filled(shape: readonly number[], fill: (values: Float32Array) => void): Tensor;
  /**
   * Runs an op that overwrites the resource variables behind `targets`, where `when` (a bool scalar) holds, and returns
   * their values from then on; or `undefined` where one of them is not the value of a donated argument of the trace under
   * way (see `jit`), and in one that XLA compiles as a whole.
   */
  updateInPlace(
    op: string,
    attributes: Attribute[],
    targets: Tensor[],
    inputs: () => Tensor[],
    when?: Tensor,
  ): Tensor[] | undefined;
  /**
   * Overwrites `targets` by what `update` makes of them and of `inputs`, as one function that XLA compiles: fewer passes over
   * the memory than one for each op. Like {@linkcode updateInPlace} otherwise.
   */
  updateCompiled(
    targets: Tensor[],
    inputs: Tensor[],
    update: (targets: Tensor[], inputs: Tensor[]) => Tensor[],
    when: Tensor,
  ): Tensor[] | undefined;
  /**
   * What `fn` makes of tensors, as one function that XLA compiles: fewer passes over the memory than one for each op. The same
   * name is the same function. `undefined` outside of a trace, in one that is there to be read, and on a GPU.
   */
  fuse(name: string, inputs: Tensor[], fn: (...inputs: Tensor[]) => Tensor[]): Tensor[] | undefined;
  /** a and b where a tensor of the trace under way is the product aᵀ·b of two matrices: a gradient that need not be made. */
  factorsOf(product: Tensor): [Tensor, Tensor] | undefined;
  /** For tfjs's leak check: the second tensor is the memory of the first in another shape. */
  countAsOne(of: Tensor, view: Tensor): void;
  /** A tensor of the same values; in the trace under way, one that is not there before `gate` is. */
  after(x: Tensor, gate: Tensor): Tensor;
}

/** What a kernel is called with. */
export interface KernelArguments<Attributes = object> {
  inputs: Record<string, Tensor>;
  attrs: Attributes;
  backend: NativeBackend;
}

/** A kernel of the native backend; intermediate tensors that it makes are released. */
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

/** The inputs and attributes that a kernel is called with. */
export interface Call {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: object;
}

/** The native backend's kernel as it is, with something before it: what that returns is the result, unless it is nothing. */
export function precededBy(kernelName: string, before: (call: Call) => Tensor | undefined | void): KernelConfig {
  const kernel = tf.getKernel(kernelName, nativeBackendName);
  return {
    ...kernel,
    kernelFunc: (args) =>
      before({ inputs: args.inputs as Call["inputs"], attrs: args.attrs ?? {} }) ?? kernel.kernelFunc(args),
  };
}

/** Runs a kernel that only the native backend has. */
export function runNative<T extends Tensor | Tensor[]>(
  kernelName: string,
  inputs: Record<string, Tensor>,
  attributes: object = {},
): T {
  return tf.engine().runKernel(kernelName, inputs, attributes as NamedAttrMap) as T;
}

/** The backend in use where it is the native one. */
export function nativeBackend(): NativeBackend | undefined {
  return tf.getBackend() === nativeBackendName ? tf.backend() as NativeBackend : undefined;
}

/** Whether the backend in use has a kernel. */
export function hasKernel(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) != null;
}

/** An int32 vector for the arguments that TensorFlow takes as tensors: shapes, paddings, begins. */
export function int32(values: number[], shape: [number] | [number, number] = [values.length]): Tensor {
  return tf.tensor(values, shape, "int32");
}

/** The shape of a tensor that a kernel knows to have four axes. */
export function shape4({ shape }: Tensor): [number, number, number, number] {
  if (shape.length !== 4) throw new TypeError(`expected [N, H, W, C], got [${shape}]`);
  return shape as [number, number, number, number];
}

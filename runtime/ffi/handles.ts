import { cString } from "./c_string.ts";
import { dataTypes, elementSize, encode, viewOf } from "./data_type.ts";
import type { Context } from "./context.ts";
import { nonNull, type TensorFlow } from "./tensorflow.ts";

/** An eager tensor: the pointer to its handle, its shape and its element type. */
export interface Handle {
  readonly pointer: Deno.PointerObject;
  readonly shape: number[];
  readonly dtype: number;
}

/** Converts a shape to the C API's array, which is never empty. */
export function dimensions(shape: readonly number[]): BigInt64Array<ArrayBuffer> {
  return new BigInt64Array(shape.length > 0 ? shape.map(BigInt) : [0n]);
}

/** Allocates a tensor, whose memory `write` fills. */
function allocateTensor(
  { c, status, check }: TensorFlow,
  shape: readonly number[],
  dtype: number,
  write: (memory: ArrayBuffer) => void,
): Handle {
  const bytes = shape.reduce((product, size) => product * size, elementSize(dtype));
  const tensor = nonNull(c.TF_AllocateTensor(dtype, dimensions(shape), shape.length, BigInt(bytes)), "tensor");
  if (bytes > 0) {
    write(Deno.UnsafePointerView.getArrayBuffer(nonNull(c.TF_TensorData(tensor), "tensor data"), bytes));
  }
  const pointer = c.TFE_NewTensorHandle(tensor, status);
  c.TF_DeleteTensor(tensor);
  check("make a tensor");
  return { pointer: nonNull(pointer, "tensor handle"), shape: [...shape], dtype };
}

/** Makes a handle with a copy of the values. */
export function newHandle(
  tensorflow: TensorFlow,
  shape: readonly number[],
  dtype: number,
  values: ArrayLike<number>,
): Handle {
  return allocateTensor(tensorflow, shape, dtype, (memory) => {
    const { buffer, byteOffset, byteLength } = encode(dtype, values);
    new Uint8Array(memory).set(new Uint8Array(buffer, byteOffset, Math.min(byteLength, memory.byteLength)));
  });
}

/** Makes a float32 handle, whose memory `fill` writes. */
export function newFilledHandle(
  tensorflow: TensorFlow,
  shape: readonly number[],
  fill: (values: Float32Array) => void,
): Handle {
  return allocateTensor(tensorflow, shape, dataTypes.float32, (memory) => fill(new Float32Array(memory)));
}

/** TensorFlow's name of the only GPU that a context sees. */
const gpuName = cString("/job:localhost/replica:0/task:0/device:GPU:0");

/**
 * Moves a float32 handle to the GPU if there is one; otherwise each call of a function would copy it there again. Integers stay in
 * the processor's memory, where most ops read them (shapes, axes, seeds).
 */
export function toDevice({ c, status, check }: TensorFlow, context: Context, handle: Handle): Handle {
  if (!context.gpu || handle.dtype !== dataTypes.float32) return handle;
  const pointer = c.TFE_TensorHandleCopyToDevice(handle.pointer, context.pointer, gpuName, status);
  c.TFE_DeleteTensorHandle(handle.pointer);
  check("copy a tensor to the GPU");
  return { ...handle, pointer: nonNull(pointer, "tensor handle") };
}

/** Makes another handle of the same memory, which the caller releases. */
export function copyHandle({ c, status, check }: TensorFlow, { pointer, shape, dtype }: Handle): Handle {
  const copy = c.TFE_TensorHandleCopySharingTensor(pointer, status);
  check("copy a tensor handle");
  return { pointer: nonNull(copy, "tensor handle"), shape, dtype };
}

/** Calls `use` with the C tensor behind a handle; on the CPU it shares the memory. */
export function withTensor<R>(tensorflow: TensorFlow, handle: Handle, use: (tensor: Deno.PointerObject) => R): R {
  const { c, status, check } = tensorflow;
  const tensor = c.TFE_TensorHandleResolve(handle.pointer, status);
  check("read a tensor");
  try {
    return use(nonNull(tensor, "tensor"));
  } finally {
    c.TF_DeleteTensor(tensor);
  }
}

/** Copies a handle's values. */
export function readHandle(tensorflow: TensorFlow, handle: Handle): ReturnType<typeof viewOf> {
  return withTensor(tensorflow, handle, (tensor) => {
    const bytes = Number(tensorflow.c.TF_TensorByteSize(tensor));
    const data = tensorflow.c.TF_TensorData(tensor);
    const copy = bytes === 0 || data === null
      ? new ArrayBuffer(0)
      : Deno.UnsafePointerView.getArrayBuffer(data, bytes).slice(0);
    return viewOf(handle.dtype, copy);
  });
}

/** Reads the shape and element type of a handle that an op made. */
export function describeHandle({ c, status, check }: TensorFlow, pointer: Deno.PointerObject): Handle {
  const rank = c.TFE_TensorHandleNumDims(pointer, status);
  check("read a shape");
  const shape = Array.from({ length: rank }, (_, axis) => Number(c.TFE_TensorHandleDim(pointer, axis, status)));
  return { pointer, shape, dtype: c.TFE_TensorHandleDataType(pointer) };
}

/** An eager op: add its attributes to `pointer` and its inputs, then run it once. Disposing it frees it. */
export interface EagerOp extends Disposable {
  readonly pointer: Deno.PointerObject;
  /** Adds an input. */
  addInput(handle: Deno.PointerObject): void;
  /** Runs the op and waits for it. */
  run(numOutputs: number): Handle[];
  /** Runs the op on another thread; the event loop goes on. */
  runAsync(numOutputs: number): Promise<Handle[]>;
}

/**
 * Makes an op, or a call of a function that the context knows. `label` names it in errors.
 *
 * @throws {TensorFlowError} if TensorFlow does not know it
 */
export function newOp(tensorflow: TensorFlow, context: Context, name: Uint8Array<ArrayBuffer>, label: string): EagerOp {
  const { c, status, check } = tensorflow;
  const pointer = c.TFE_NewOp(context.pointer, name, status);
  check(label);
  const op = nonNull(pointer, "op");
  const results = (numOutputs: number) => ({
    handles: new BigUint64Array(Math.max(1, numOutputs)),
    count: new Int32Array([numOutputs]),
  });
  const finish = ({ handles, count }: ReturnType<typeof results>) =>
    Array.from(
      handles.subarray(0, count[0]),
      (address) => describeHandle(tensorflow, nonNull(Deno.UnsafePointer.create(address), "result")),
    );
  return {
    pointer: op,
    addInput(handle) {
      c.TFE_OpAddInput(op, handle, status);
      check(label);
    },
    run(numOutputs) {
      const { handles, count } = results(numOutputs);
      c.TFE_Execute(op, handles, count, status);
      check(label);
      return finish({ handles, count });
    },
    async runAsync(numOutputs) {
      const { handles, count } = results(numOutputs);
      const own = nonNull(c.TF_NewStatus(), "status"); // this thread reports to its own status, while others use the shared one
      try {
        await c.executeAsync(op, handles, count, own);
        check(label, own);
        return finish({ handles, count });
      } finally {
        c.TF_DeleteStatus(own);
      }
    },
    [Symbol.dispose]: () => c.TFE_DeleteOp(op),
  };
}

import { dataTypes, elementSize } from "../runtime/ffi/data_type.ts";
import type { LazyBytes } from "../formats/protobuf/writer.ts";

/** Elements in row-major order. */
export type Values = Float32Array | Int32Array | Uint8Array | BigInt64Array;

/** A tensor whose values are part of the exported model. */
export interface Constant {
  readonly shape: readonly number[];
  /** TensorFlow's number for the element type. */
  readonly dtype: number;
  /** Reads the values, when they are written. */
  readonly values: () => Values;
}

/** Makes a vector of int32, as TensorFlow's ops take shapes and axes. */
export function int32Vector(values: readonly number[]): Constant {
  return { shape: [values.length], dtype: dataTypes.int32, values: () => Int32Array.from(values) };
}

/** Makes a vector of int64, as ONNX's ops take shapes and axes. */
export function int64Vector(values: readonly number[]): Constant {
  return { shape: [values.length], dtype: dataTypes.int64, values: () => BigInt64Array.from(values, BigInt) };
}

/** Returns the bytes of a constant, little-endian. */
export function bytesOf({ shape, dtype, values }: Constant): LazyBytes {
  return {
    byteLength: sizeOf(shape) * elementSize(dtype),
    read() {
      const { buffer, byteOffset, byteLength } = values();
      return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
    },
  };
}

/** Transposes a constant: axis i of the result is axis `axes[i]`. */
export function transposed({ shape: from, dtype, values }: Constant, axes: readonly number[]): Constant {
  const shape = axes.map((axis) => from[axis]);
  const strides = axes.map((axis) => sizeOf(from.slice(axis + 1)));
  return {
    shape,
    dtype,
    values() {
      const source = values(), target = source.slice();
      const place = shape.map(() => 0);
      for (let to = 0, at = 0; to < target.length; to++) {
        target[to] = source[at];
        for (let axis = shape.length - 1; axis >= 0; axis--) { // advances like an odometer
          at += strides[axis];
          if (++place[axis] < shape[axis]) break;
          at -= strides[axis] * shape[axis];
          place[axis] = 0;
        }
      }
      return target;
    },
  };
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

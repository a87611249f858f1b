/** The element types of safetensors that Thorax reads and writes, each with the array that holds it in memory. */
export const dtypeArrays = {
  BOOL: Uint8Array,
  U8: Uint8Array,
  I8: Int8Array,
  U16: Uint16Array,
  I16: Int16Array,
  F16: Float16Array,
  /** The bits of each bfloat16, a type that JavaScript lacks. */
  BF16: Uint16Array,
  U32: Uint32Array,
  I32: Int32Array,
  F32: Float32Array,
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
} as const;

/** The name of an element type, as safetensors spells it. */
export type Dtype = keyof typeof dtypeArrays;

/** The typed array that holds elements of a type. */
export type TensorArray<D extends Dtype = Dtype> = InstanceType<(typeof dtypeArrays)[D]>;

interface StoredTensorOf<D extends Dtype> {
  /** Its name in the file, such as `features/0/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: D;
  /**
   * Returns the values, row-major, as many as the shape has elements. It is called once, when the tensor is written.
   */
  readonly data: () => TensorArray<D> | Promise<TensorArray<D>>;
}

/**
 * A tensor to be written to a file. Its values are fetched as they are written, so that one tensor is in memory at a
 * time.
 */
export type StoredTensor = { [D in Dtype]: StoredTensorOf<D> }[Dtype];

/** Whether a value is the name of an element type of safetensors that Thorax reads. */
export function isDtype(value: unknown): value is Dtype {
  return typeof value === "string" && Object.hasOwn(dtypeArrays, value);
}

/** The number of elements of a shape; `undefined` where a size is not a whole number or the product is past 2^53. */
export function elementCount(shape: readonly unknown[]): number | undefined {
  let count = 1;
  for (const size of shape) {
    if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) return undefined;
    count *= size;
    if (!Number.isSafeInteger(count)) return undefined;
  }
  return count;
}

/**
 * Converts a tensor's values to float32: F64 is rounded, F16 and BF16 widen exactly. It returns `undefined` for
 * integers.
 */
export function toFloat32(dtype: Dtype, data: TensorArray): Float32Array<ArrayBuffer> | undefined {
  if (data instanceof Float32Array) return data;
  if (data instanceof Float64Array || data instanceof Float16Array) return Float32Array.from(data);
  if (dtype !== "BF16" || !(data instanceof Uint16Array)) return undefined;
  // bfloat16 is the upper half of a float32.
  const bits = new Uint32Array(data);
  bits.forEach((half, i) => bits[i] = half << 16);
  return new Float32Array(bits.buffer);
}

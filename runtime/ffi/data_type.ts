/** TensorFlow's numbers for the types of a tensor's elements (tensorflow/c/tf_datatype.h). */
export const dataTypes = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  resource: 20,
} as const;

type Values = Float32Array | Int32Array | Uint8Array | BigInt64Array;

const bytesPerElement: ReadonlyMap<number, number> = new Map([
  [dataTypes.float32, 4],
  [dataTypes.int32, 4],
  [dataTypes.int64, 8],
  [dataTypes.complex64, 8],
  [dataTypes.bfloat16, 2],
  [dataTypes.bool, 1],
  [dataTypes.uint8, 1],
]);

/**
 * Returns the size of an element in bytes.
 *
 * @throws {TypeError} for an unsupported type
 */
export function elementSize(dtype: number): number {
  const size = bytesPerElement.get(dtype);
  if (size === undefined) throw new TypeError(`tensors of TensorFlow's type ${dtype} are not supported by this engine`);
  return size;
}

/**
 * Returns a typed array over the bytes of a tensor; bfloat16 is converted to float32.
 *
 * @throws {TypeError} for an unsupported type
 */
export function viewOf(dtype: number, buffer: ArrayBuffer): Values {
  switch (dtype) {
    case dataTypes.float32:
    case dataTypes.complex64:
      return new Float32Array(buffer);
    case dataTypes.bfloat16: // the upper half of a float32
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (upper) => upper << 16).buffer);
    case dataTypes.int32:
      return new Int32Array(buffer);
    case dataTypes.int64:
      return new BigInt64Array(buffer);
    case dataTypes.bool:
    case dataTypes.uint8:
      return new Uint8Array(buffer);
    default:
      throw new TypeError(`values of TensorFlow's type ${dtype} cannot be read`);
  }
}

/**
 * Converts tfjs's values to TensorFlow's element type.
 *
 * @throws {TypeError} for an unsupported type
 */
export function encode(dtype: number, values: ArrayLike<number> & object): Values {
  switch (dtype) {
    case dataTypes.float32:
    case dataTypes.complex64:
      return values instanceof Float32Array ? values : Float32Array.from(values);
    case dataTypes.int32:
      return values instanceof Int32Array ? values : Int32Array.from(values);
    case dataTypes.int64: // tfjs-node's Int64Scalar: two int32 halves, low first
      return new BigInt64Array(Int32Array.from(values).buffer);
    case dataTypes.bool:
    case dataTypes.uint8:
      return values instanceof Uint8Array ? values : Uint8Array.from(values);
    default:
      throw new TypeError(`tensors of TensorFlow's type ${dtype} are not supported by this engine`);
  }
}

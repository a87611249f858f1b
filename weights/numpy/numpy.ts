import type { NpyHeader } from "../../formats/npy.ts";
import { openNpz } from "../../formats/npz.ts";
import type { Dtype } from "../dtype.ts";
import { integersError, type TensorInfo, type TensorSource } from "../tensor_source.ts";

/** The element type of safetensors that each of NumPy's is. */
const dtypes: Readonly<Record<NpyHeader["dtype"], Dtype>> = {
  float16: "F16",
  float32: "F32",
  float64: "F64",
  bool: "BOOL",
  uint8: "U8",
  int8: "I8",
  uint16: "U16",
  int16: "I16",
  uint32: "U32",
  int32: "I32",
  int64: "I64",
};

/**
 * Opens an `.npz` file as weights: each array is a tensor of the array's name.
 *
 * @throws {UserError} where the file, or the header of an array, is damaged
 */
export async function openNumpyWeights(path: string): Promise<TensorSource> {
  using stack = new DisposableStack();
  const file = stack.use(await openNpz(path)), tensors = new Map<string, TensorInfo>();
  for (const name of file.names) {
    const { dtype, shape } = await file.header(name);
    tensors.set(name, { dtype: dtypes[dtype], shape });
  }
  const opened = stack.move();
  return {
    tensors,
    metadata: {},
    async read(name) {
      const { dtype, data } = await file.read(name);
      if (data instanceof Float32Array) return data;
      if (dtype === "float64" || data instanceof Float16Array) return Float32Array.from(data);
      throw integersError(path, name, dtype);
    },
    [Symbol.dispose]: () => opened.dispose(),
  };
}

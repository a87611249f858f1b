import * as tf from "@tensorflow/tfjs-core";
import { toInt32, toInt64 } from "./integers.ts";
import { attribute, nativeKernel, types } from "./native.ts";

/** Kernels on sparse tensors, whose indices TensorFlow takes as int64, and on segments. */
export const sparseKernels = [
  nativeKernel("SparseFillEmptyRows", ({ inputs: { indices, values, denseShape, defaultValue }, backend }) => {
    const [filled, filledValues, isEmpty, reverse] = backend.executeMultipleOutputs(
      "SparseFillEmptyRows",
      [attribute.type("T", backend.getDTypeInteger(values.dtype))],
      [toInt64(backend, indices), values, toInt64(backend, denseShape), defaultValue],
      4,
    );
    return [toInt32(backend, filled), filledValues, isEmpty, toInt32(backend, reverse)];
  }),
  nativeKernel("SparseReshape", ({ inputs: { inputIndices, inputShape, newShape }, backend }) => {
    const inputs = [inputIndices, inputShape, newShape].map((input) => toInt64(backend, input));
    return backend.executeMultipleOutputs("SparseReshape", [], inputs, 2).map((output) => toInt32(backend, output));
  }),
  segmentKernel("SparseSegmentSum"),
  segmentKernel("SparseSegmentMean"),
];

function segmentKernel(name: "SparseSegmentSum" | "SparseSegmentMean"): tf.KernelConfig {
  return nativeKernel(name, ({ inputs: { data, indices, segmentIds }, backend }) => {
    const isFloat = data.dtype === "float32" || name === "SparseSegmentSum"; // TensorFlow has a mean for floats alone
    const attributes = [
      attribute.type("T", isFloat ? backend.getDTypeInteger(data.dtype) : types.float32),
      attribute.type("Tidx", types.int32),
      attribute.type("Tsegmentids", types.int32),
    ];
    const inputs = [isFloat ? data : tf.cast(data, "float32"), indices, segmentIds];
    const output = backend.executeSingleOutput(name, attributes, inputs);
    return isFloat ? output : tf.cast(output, data.dtype);
  });
}

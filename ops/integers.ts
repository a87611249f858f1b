import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attribute, type NativeBackend, nativeKernel, types } from "./native.ts";

/** Casts tfjs's int32 to TensorFlow's int64, for ops that take nothing else. */
export function toInt64(backend: NativeBackend, x: Tensor): Tensor {
  return cast(backend, x, types.int32, types.int64);
}

/** Casts TensorFlow's int64 to tfjs's int32. */
export function toInt32(backend: NativeBackend, x: Tensor): Tensor {
  return cast(backend, x, types.int64, types.int32);
}

function cast(backend: NativeBackend, x: Tensor, from: number, to: number): Tensor {
  return backend.executeSingleOutput("Cast", [attribute.type("SrcT", from), attribute.type("DstT", to)], [x]);
}

/** Kernels on integers that tfjs-node lacks and TensorFlow has. */
export const integerKernels = [
  nativeKernel(
    "BitwiseAnd",
    ({ inputs: { a, b }, backend }) =>
      backend.executeSingleOutput("BitwiseAnd", [attribute.type("T", types.int32)], [a, b]),
  ),
  nativeKernel<tf.DenseBincountAttrs>(
    "DenseBincount",
    ({ inputs: { x, weights }, attrs: { size, binaryOutput = false }, backend }) => {
      const attributes = [
        attribute.type("Tidx", types.int32),
        attribute.type("T", backend.getDTypeInteger(weights.dtype)),
        attribute.bool("binary_output", binaryOutput && x.rank > 1), // tfjs always counts in a vector
      ];
      return backend.executeSingleOutput("DenseBincount", attributes, [x, tf.scalar(size, "int32"), weights]);
    },
  ),
  nativeKernel<tf.SearchSortedAttrs>(
    "SearchSorted",
    ({ inputs: { sortedSequence, values }, attrs: { side }, backend }) => {
      const attributes = [
        attribute.type("T", backend.getDTypeInteger(sortedSequence.dtype)),
        attribute.type("out_type", types.int32),
      ];
      const op = side === "left" ? "LowerBound" : "UpperBound";
      return backend.executeSingleOutput(op, attributes, [sortedSequence, values]);
    },
  ),
];

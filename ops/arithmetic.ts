import * as tf from "@tensorflow/tfjs-core";
import { attribute, nativeKernel, T, types } from "./native.ts";

/** tfjs-node's kernels that name an older or a slower TensorFlow op than there is, or do more than a trace can. */
export const arithmeticKernels = [
  nativeKernel("Add", ({ inputs: { a, b }, backend }) => {
    const type = backend.getDTypeInteger(tf.backend_util.upcastType(a.dtype, b.dtype));
    return backend.executeSingleOutput("AddV2", [attribute.type("T", type)], [a, b]);
  }),
  // Of matrices MatMul, which oneDNN rewrites; tfjs-node sends BatchMatMulV2 whatever the rank.
  nativeKernel(
    "BatchMatMul",
    ({ inputs: { a, b }, attrs: { transposeA, transposeB }, backend }) =>
      a.rank === 2 && b.rank === 2
        ? backend.executeSingleOutput(
          "MatMul",
          [T, attribute.bool("transpose_a", transposeA), attribute.bool("transpose_b", transposeB)],
          [a, b],
        )
        : backend.executeSingleOutput(
          "BatchMatMulV2",
          [T, attribute.bool("adj_x", transposeA), attribute.bool("adj_y", transposeB)],
          [a, b],
        ),
  ),
  // tfjs-node announces int32 or bool while handing over float32.
  nativeKernel("Mean", ({ inputs: { x }, attrs: { axis, keepDims }, backend }) => {
    const axes = tf.util.parseAxisParam(axis, x.shape);
    return backend.executeSingleOutput(
      "Mean",
      [attribute.bool("keep_dims", keepDims), T, attribute.type("Tidx", types.int32)],
      [tf.cast(x, "float32"), tf.tensor1d(axes, "int32")],
    );
  }),
  // tfjs-node reads the indices to check them, which a trace cannot; TensorFlow checks them itself.
  nativeKernel("GatherV2", ({ inputs: { x, indices }, attrs: { axis, batchDims }, backend }) => {
    const [along] = tf.util.parseAxisParam(axis, x.shape);
    tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, along, batchDims);
    return backend.executeSingleOutput("GatherV2", [
      attribute.int("batch_dims", batchDims),
      attribute.type("Tparams", backend.getDTypeInteger(x.dtype)),
      attribute.type("Tindices", backend.getDTypeInteger(indices.dtype)),
      attribute.type("Taxis", types.int32),
    ], [x, indices, tf.scalar(along, "int32")]);
  }),
];

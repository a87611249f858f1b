import * as tf from "@tensorflow/tfjs-core";
import { attribute, int32, nativeKernel, T, types } from "./native.ts";

/** Replacements of tfjs-node's kernels that use an older or slower TensorFlow op, or that a trace cannot run. */
export const arithmeticKernels = [
  nativeKernel("Add", ({ inputs: { a, b }, backend }) => {
    const type = backend.getDTypeInteger(tf.backend_util.upcastType(a.dtype, b.dtype));
    return backend.executeSingleOutput("AddV2", [attribute.type("T", type)], [a, b]);
  }),
  // MatMul for matrices, since the backend recognizes its products aᵀ·b (factorsOf); tfjs-node always uses
  // BatchMatMulV2. For a·bᵀ that is faster: for 32 vectors by a transposed 4096×4096, MatMul takes four times as long.
  nativeKernel<tf.BatchMatMulAttrs>(
    "BatchMatMul",
    ({ inputs: { a, b }, attrs: { transposeA, transposeB }, backend }) => {
      const type = attribute.type("T", backend.getDTypeInteger(a.dtype));
      if (a.rank === 2 && b.rank === 2 && !(transposeB && !transposeA)) {
        const attributes = [type, attribute.bool("transpose_a", transposeA), attribute.bool("transpose_b", transposeB)];
        return backend.executeSingleOutput("MatMul", attributes, [a, b]);
      }
      const multiply = (a: tf.Tensor, b: tf.Tensor) => {
        const attributes = [type, attribute.bool("adj_x", transposeA), attribute.bool("adj_y", transposeB)];
        return backend.executeSingleOutput("BatchMatMulV2", attributes, [a, b]);
      };
      const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
      const isOne = (batch: number[]) => batch.every((size) => size === 1);
      if (Math.max(a.rank, b.rank) < 4 || !(isOne(batchA) || isOne(batchB))) return multiply(a, b);
      // Many matrices by one: merge the batch axes, since oneDNN's kernel for [n, 1] by [1, 1] writes outside of its
      // memory.
      const flat = (x: tf.Tensor) => tf.reshape(x, [-1, ...x.shape.slice(-2)]);
      const product = multiply(flat(a), flat(b));
      const batch = tf.backend_util.assertAndGetBroadcastShape(batchA, batchB);
      return tf.reshape(product, [...batch, ...product.shape.slice(-2)]);
    },
  ),
  // tfjs-node declares int32 or bool but passes float32.
  nativeKernel<tf.MeanAttrs>("Mean", ({ inputs: { x }, attrs: { axis, keepDims }, backend }) => {
    const axes = tf.util.parseAxisParam(axis, x.shape);
    return backend.executeSingleOutput(
      "Mean",
      [attribute.bool("keep_dims", keepDims), T, attribute.type("Tidx", types.int32)],
      [tf.cast(x, "float32"), tf.tensor1d(axes, "int32")],
    );
  }),
  // tfjs-node reads the indices to check them, which a trace cannot; TensorFlow checks them anyway.
  nativeKernel<tf.GatherV2Attrs>("GatherV2", ({ inputs: { x, indices }, attrs: { axis, batchDims }, backend }) => {
    const [along] = tf.util.parseAxisParam(axis, x.shape);
    tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, along, batchDims);
    const attributes = [
      attribute.int("batch_dims", batchDims),
      attribute.type("Tparams", backend.getDTypeInteger(x.dtype)),
      attribute.type("Tindices", backend.getDTypeInteger(indices.dtype)),
      attribute.type("Taxis", types.int32),
    ];
    try {
      return backend.executeSingleOutput("GatherV2", attributes, [x, indices, tf.scalar(along, "int32")]);
    } catch (cause) {
      throw inTfjsWords(cause);
    }
  }),
  // tfjs takes a vector of indices as a column; TensorFlow does not accept a vector.
  nativeKernel<tf.ScatterNdAttrs>("ScatterNd", ({ inputs: { indices, updates }, attrs: { shape }, backend }) => {
    const attributes = [
      attribute.type("T", backend.getDTypeInteger(updates.dtype)),
      attribute.type("Tindices", types.int32),
    ];
    const rows = indices.rank > 1 ? indices : tf.expandDims(indices, 1);
    return backend.executeSingleOutput("ScatterNd", attributes, [rows, updates, int32(shape)]);
  }),
  // TensorFlow's kernel for integers returns zeros.
  nativeKernel("Round", ({ inputs: { x }, backend }) => {
    const type = attribute.type("T", backend.getDTypeInteger(x.dtype));
    return backend.executeSingleOutput(x.dtype === "int32" ? "Identity" : "Round", [type], [x]);
  }),
];

/** The gradient of tfjs's `Mean`. It broadcasts each value's share, where tfjs multiplies by a tensor of ones. */
export const meanGradient: tf.GradConfig = {
  kernelName: "Mean",
  inputsToSave: ["x"],
  gradFunc: (dy, [x], attributes) => {
    if (Array.isArray(dy)) throw new TypeError("Mean has one output");
    const axes = tf.util.parseAxisParam((attributes as unknown as tf.MeanAttrs).axis, x.shape);
    const kept = x.shape.map((size, axis) => axes.includes(axis) ? 1 : size);
    const share = dy.size / Math.max(1, x.size);
    return { x: () => tf.broadcastTo(tf.reshape(tf.mul(dy, share), kept), x.shape) };
  },
};

/** Rewrites TensorFlow's "indices[3] = 9 is not in [0, 5)" in the words that tfjs uses on every backend. */
function inTfjsWords(error: unknown): unknown {
  const [, index, size] = error instanceof Error && /= (-?\d+) is not in \[0, (\d+)\)/.exec(error.message) || [];
  if (index === undefined) return error;
  return new Error(`GatherV2: the index value ${index} is not in [0, ${Number(size) - 1}]`, { cause: error });
}

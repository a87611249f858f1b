import * as tf from "@tensorflow/tfjs-core";
import type { Inference, Model } from "../dsl/compile/compile.ts";
import { exactConvolution } from "../ops/algorithm.ts";
import { groupedGradients, takesGroups } from "../ops/convolution_kernels.ts";
import { dataTypes } from "../runtime/ffi/data_type.ts";
import { type CapturedGraph, captureGraph } from "../runtime/trace/capture_graph.ts";
import type { Constant } from "./constant.ts";
import { batchSizes, generalize } from "./generalize.ts";
import type { InferenceGraph } from "./graph.ts";

/** Options of {@linkcode inferenceGraph}. */
export interface InferenceGraphOptions {
  /** Whether a grouped convolution is one op; otherwise it is split into convolutions without groups. */
  readonly grouped: boolean;
}

/**
 * Captures the inference graph of a model with its weights. The weights are read from the engine when they are written, so they
 * must live until then. The model is traced for batches of two sizes: what is the same in both holds for all batches, and what
 * differs grows with the batch.
 *
 * @throws {UserError} if a layer computes in another way for another batch size
 */
export function inferenceGraph(
  { input }: Pick<Model, "input">,
  { weights, apply }: Inference,
  { grouped }: InferenceGraphOptions,
): InferenceGraph {
  const names = Object.keys(weights), tensors = Object.values(weights);
  const capture = (batch: number): CapturedGraph => {
    const images = tf.zeros([batch, ...input]);
    try {
      return captureGraph(function prediction(images, ...values) {
        return apply(Object.fromEntries(names.map((name, i) => [name, values[i]])), images);
      }, [images, ...tensors]);
    } finally {
      images.dispose();
    }
  };
  const graphs = withFlags(
    { [exactConvolution]: true, [groupedGradients]: grouped && takesGroups() },
    () => batchSizes.map(capture),
  );
  const constants = tensors.map((tensor, i): [string, Constant] => {
    const values = () => tensor.dataSync<"float32">();
    return [names[i], { shape: tensor.shape, dtype: dataTypes.float32, values }];
  });
  return generalize(graphs, new Map(constants));
}

/** Runs `action` with flags of tfjs set, and restores them. */
function withFlags<R>(flags: Readonly<Record<string, boolean>>, action: () => R): R {
  const before = Object.keys(flags).map((name) => [name, tf.env().getBool(name)] as const);
  try {
    for (const [name, value] of Object.entries(flags)) tf.env().set(name, value);
    return action();
  } finally {
    for (const [name, value] of before) tf.env().set(name, value);
  }
}

import * as tf from "@tensorflow/tfjs-core";
import type { Inference, Model } from "../dsl/compile/compile.ts";
import { exactConvolution } from "../ops/algorithm.ts";
import { groupedGradients, takesGroups } from "../ops/convolution_kernels.ts";
import type { Attribute } from "../ops/native.ts";
import { dataTypes } from "../runtime/ffi/data_type.ts";
import { type CapturedGraph, captureGraph } from "../runtime/trace/capture_graph.ts";
import type { Constant } from "./constant.ts";
import { batchSizes, generalize } from "./generalize.ts";

/** A node of an inference graph: one of TensorFlow's ops. */
export interface Node {
  readonly name: string;
  readonly op: string;
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly inputs: readonly Value[];
  /** Of a `Const`. */
  readonly constant?: Constant;
}

/** A tensor of an inference graph: an output of a node. */
export interface Value {
  readonly node: Node;
  readonly index: number;
  /** −1 for a size that grows with the batch. */
  readonly shape: readonly number[];
  /** TensorFlow's number. */
  readonly dtype: number;
}

/** What a model computes out of training, for batches of any size. Weights are constants by their paths. */
export interface InferenceGraph {
  /** In an order in which they can run. */
  readonly nodes: readonly Node[];
  /** `[−1, H, W, C]`. */
  readonly images: Value;
  /** `[−1, classes]`. */
  readonly logits: Value;
}

/** How to trace a model for export. */
export interface InferenceGraphOptions {
  /** Whether a convolution in groups is one op, or is split into convolutions without. */
  readonly grouped: boolean;
}

/**
 * The graph of a model with its weights, which are read from the engine when they are written: they must live until then. It is
 * traced for batches of two sizes; what is the same in both holds for all, and what differs grows with the batch.
 *
 * @throws {UserError} where a layer goes another way for another size
 */
export function inferenceGraph(
  { input }: Pick<Model, "input">,
  { weights, apply }: Inference,
  { grouped }: InferenceGraphOptions,
): InferenceGraph {
  const names = Object.keys(weights), tensors = Object.values(weights);
  const trace = (batch: number): CapturedGraph => {
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
    () => batchSizes.map(trace),
  );
  const constants = tensors.map((tensor, i): [string, Constant] => {
    const values = () => tensor.dataSync<"float32">();
    return [names[i], { shape: tensor.shape, dtype: dataTypes.float32, values }];
  });
  return generalize(graphs, new Map(constants));
}

/** Runs `action` under other flags of tfjs's. */
function withFlags<R>(flags: Readonly<Record<string, boolean>>, action: () => R): R {
  const before = Object.keys(flags).map((name) => [name, tf.env().getBool(name)] as const);
  try {
    for (const [name, value] of Object.entries(flags)) tf.env().set(name, value);
    return action();
  } finally {
    for (const [name, value] of before) tf.env().set(name, value);
  }
}

import type { Attribute } from "../ops/native.ts";
import type { Constant } from "./constant.ts";

/** A node of an inference graph: one of TensorFlow's ops. */
export interface Node {
  readonly name: string;
  readonly op: string;
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly inputs: readonly Value[];
  /** The tensor of a `Const`. */
  readonly constant?: Constant;
}

/** A tensor of an inference graph: an output of a node. */
export interface Value {
  readonly node: Node;
  /** Which output of the node. */
  readonly index: number;
  /** −1 for a size that grows with the batch. */
  readonly shape: readonly number[];
  /** TensorFlow's number for the element type. */
  readonly dtype: number;
}

/** What a model computes in inference, for batches of any size. Weights are constants by their paths. */
export interface InferenceGraph {
  /** The nodes in topological order. */
  readonly nodes: readonly Node[];
  /** `[−1, H, W, C]`. */
  readonly images: Value;
  /** `[−1, classes]`. */
  readonly logits: Value;
}

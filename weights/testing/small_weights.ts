/** For tests: a small model, and files of its weights that are in memory. */
import { batchNorm } from "../../dsl/layers/batch_norm.ts";
import { compile } from "../../dsl/compile/compile.ts";
import { conv } from "../../dsl/layers/conv.ts";
import { dense } from "../../dsl/layers/dense.ts";
import { flatten } from "../../dsl/layers/flatten.ts";
import { stack } from "../../dsl/combinators/stack.ts";
import type { WeightsFile } from "../tensor_source.ts";

/** A stem, a norm, and a head on the flattened image. */
export const smallModel = compile(
  stack({ stem: conv(2, 1, { bias: false }), bn: batchNorm(), flatten: flatten(), head: dense(2) }),
  { input: [1, 2, 1] },
);

/** Tensors by name, each its shape and values. */
export type Tensors = Readonly<Record<string, readonly [shape: readonly number[], values: readonly number[]]>>;

/** What PyTorch would have of the model. */
export const whole = {
  "stem.weight": [[2, 1, 1, 1], [1, 2]],
  "bn.weight": [[2], [3, 4]],
  "bn.bias": [[2], [5, 6]],
  "bn.running_mean": [[2], [7, 8]],
  "bn.running_var": [[2], [9, 10]],
  // [2 classes, 2 channels of 1×2 pixels]
  "head.weight": [[2, 4], [0, 1, 2, 3, 10, 11, 12, 13]],
  "head.bias": [[2], [11, 12]],
} satisfies Tensors;

/** An open file of such tensors, `w.pt`. */
export function weightsFile(tensors: Tensors, metadata = {}): WeightsFile {
  return {
    path: "w.pt",
    format: "PyTorch",
    metadata,
    tensors: new Map(Object.entries(tensors).map(([name, [shape]]) => [name, { dtype: "F32", shape }])),
    read: (name) => Promise.resolve(Float32Array.from(tensors[name][1])),
    [Symbol.dispose]: () => {},
  };
}

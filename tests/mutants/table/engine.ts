import type { FaultTable } from "../mutant.ts";

/** Faults of the engine and of its operations. */
export const engine: FaultTable = {
  "runtime/trace/output_aliases.ts": [
    ["two outputs take one donated input", "        free.delete(index);\n", ""],
    [
      "an output takes the first input of its shape",
      "  claim((value, input, leaf) => isAlike(value, input) && leaf.path === input.path);\n",
      "",
    ],
    ["an input that was overwritten is taken", "!variable.update && value.dtype", "value.dtype"],
  ],
  "ops/algorithm.ts": [
    ["Winograd's algorithm is never taken", "channels * tiles >= leastWork", "channels * tiles >= Infinity"],
    ["a kernel of 5×5 is always direct", "  [5, { channels: 64, smallest: 13, tiles: 64 }],\n", ""],
    ["products are never taken at stride 2", "return channels >= 128 && side <= 14;", "return channels >= Infinity;"],
    ["columns are never taken", "width > widestDepthwise", "width > 100 * widestDepthwise"],
    ["a large matrix is always rounded", "return rows <= 16 &&", "return rows <= 0 &&"],
  ],
  "ops/global_norm.ts": [
    [
      "the norm of a product is always of its values",
      "columnsA * columnsB >= 2 ** 20",
      "columnsA * columnsB >= 2 ** 40",
    ],
  ],
  "ops/adam.ts": [
    ["the gradient is not clipped", "const scaled = tf.mul(gradient, scale);", "const scaled = gradient;"],
    ["the second moment of g, not of g²", "tf.sub(tf.square(g), slot.variance)", "tf.sub(tf.abs(g), slot.variance)"],
  ],
};

import type { FaultTable } from "../mutant.ts";

/** Faults of exported models. */
export const exports: FaultTable = {
  "export/onnx/windows.ts": [
    [
      "the odd row of padding comes first",
      "[Math.floor(total / 2), Math.ceil(total / 2)]",
      "[Math.ceil(total / 2), Math.floor(total / 2)]",
    ],
    ["padding in TensorFlow's order", "pads: [top, left, bottom, right]", "pads: [top, bottom, left, right]"],
    ["a mean counts TensorFlow's own padding", '=== "SAME" ? 0 : 1', '=== "SAME" ? 1 : 1'],
    ["ε is always PyTorch's", 'number(node, "epsilon")', "1e-5"],
    [
      "the second matrix is transposed with the first",
      '["transpose_a", "transpose_b"]',
      '["transpose_a", "transpose_a"]',
    ],
    ["a maximum takes any padding", "<= lowest", "<= -lowest"],
    ["groups are those of a depthwise convolution alone", "channels : channels / inputs", "channels : 1"],
    ["strides of rows for both", 'numbers(node, "strides").slice(1, 3)', 'numbers(node, "strides").slice(1, 2)'],
  ],
  "export/onnx/pointwise.ts": [
    ["a leaky ReLU has TensorFlow's own slope", 'number(node, "alpha", 0.2)', "0.2"],
    ["ReLU6 clips at 1", "[0, 6].map", "[0, 1].map"],
  ],
  "export/onnx/axes.ts": [
    ["padding in pairs of axes", "pairs[2 * axis + side]", "pairs[axis + x.shape.length * side]"],
    ["reduced axes are always kept", "keepdims: keeps ? 1 : 0", "keepdims: 1"],
    [
      "a negative axis is counted from the front",
      "const counted = (axis + shape.length) % shape.length;",
      "const counted = Math.abs(axis);",
    ],
    ["axes are TensorFlow's", "return channelsFirst ? channelsFirstAxis[counted] : counted;", "return counted;"],
    ["a flag of the first matrix counts for both", "flag(node, flags[i])", "flag(node, flags[0])"],
  ],
  "export/tfjs_model.ts": [
    ["one file of weights", "const shards = Math.ceil(total / shardBytes);", "const shards = Math.min(total, 1);"],
    ["each tensor begins a file's bytes anew", "shard.set(part, filled);", "shard.set(part, 0);"],
  ],
};

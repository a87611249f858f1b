import { type Constant, transposed } from "../constant.ts";
import type { Node, Value } from "../graph.ts";
import { flag, number, numbers, text } from "./attributes.ts";
import type { Conversion, Emitter, OnnxTensor } from "./emitter.ts";
import type { OnnxAttribute } from "./messages.ts";

/** Padding of at most this value never exceeds an activation. */
const lowest = -3e38;

/** Conversions of convolutions, bias, pooling and batch norm, which are channels first. */
export const windowConversions: Readonly<Record<string, Conversion>> = {
  Conv2D: (node, emitter) => convolution(node, emitter),
  DepthwiseConv2dNative: (node, emitter) => convolution(node, emitter),
  BiasAdd(node, emitter) {
    const [x, bias] = node.inputs;
    if (isConvolution(x.node)) return convolution(x.node, emitter, bias);
    if (x.node.op === "MatMul") return gemm(x.node, emitter, bias);
    const { channelsFirst } = emitter.tensor(x);
    const inputs = channelsFirst
      ? [emitter.channelsFirst(x), emitter.channelsFirst(bias)]
      : [x, bias].map((value) => emitter.channelsLast(value));
    return { name: emitter.add(node.name, "Add", inputs), channelsFirst };
  },
  MaxPool: (node, emitter) => pooling("MaxPool", node, emitter, {}),
  AvgPool: (node, emitter) =>
    // TensorFlow's own padding does not count, zeros of a pad op before it do
    pooling("AveragePool", node, emitter, { count_include_pad: text(node, "padding") === "SAME" ? 0 : 1 }),
  FusedBatchNorm: batchNormalization,
  FusedBatchNormV3: batchNormalization,
};

/** Adds batch norm with fixed statistics. */
function batchNormalization(node: Node, emitter: Emitter): OnnxTensor {
  const [x, ...statistics] = node.inputs;
  const inputs = [emitter.channelsFirst(x), ...statistics.map((value) => emitter.channelsLast(value))];
  const attributes = { epsilon: { float: number(node, "epsilon") } };
  return { name: emitter.add(node.name, "BatchNormalization", inputs, attributes), channelsFirst: true };
}

const isConvolution = ({ op }: Node) => op === "Conv2D" || op === "DepthwiseConv2dNative";

/** Adds a convolution, which takes over a bias behind it and a padding before it. */
function convolution(node: Node, emitter: Emitter, bias?: Value): OnnxTensor {
  const [x, filter] = node.inputs, channels = x.shape[3];
  const [height, width, inputs, outputs] = filter.shape;
  const isDepthwise = node.op === "DepthwiseConv2dNative";
  const shape = isDepthwise ? [channels * outputs, 1, height, width] : [outputs, inputs, height, width];
  const group = isDepthwise ? channels : channels / inputs;
  const [, down, across] = numbers(node, "dilations", [1, 1, 1, 1]);
  const { source, pads } = padding(
    node,
    [(height - 1) * down + 1, (width - 1) * across + 1],
    (pad) => pad.op === "Pad",
  );
  const attributes = { kernel_shape: [height, width], strides: strides(node), pads, dilations: [down, across], group };
  const kernel = outputsFirst(emitter, filter, isDepthwise ? [2, 3, 0, 1] : [3, 2, 0, 1], shape);
  const given = [emitter.channelsFirst(source), kernel, ...bias ? [emitter.channelsLast(bias)] : []];
  return { name: emitter.add(node.name, "Conv", given, attributes), channelsFirst: true };
}

/** Adds a product of two matrices plus a vector. */
function gemm(node: Node, emitter: Emitter, bias: Value): OnnxTensor {
  const inputs = [...node.inputs, bias].map((value) => emitter.channelsLast(value));
  const [transA, transB] = ["transpose_a", "transpose_b"].map((name) => flag(node, name) ? 1 : 0);
  return { name: emitter.add(node.name, "Gemm", inputs, { transA, transB }), channelsFirst: false };
}

/** Returns a kernel in ONNX's layout, `[F, C / groups, kh, kw]`. */
function outputsFirst(emitter: Emitter, filter: Value, axes: readonly number[], shape: readonly number[]): string {
  const { constant, name } = filter.node;
  if (constant) {
    return emitter.constant(name, { ...transposed(constant, axes), shape } satisfies Constant, "outputs_first");
  }
  const kernel = emitter.add(`${name}/Transpose`, "Transpose", [emitter.channelsLast(filter)], { perm: axes });
  return emitter.add(`${name}/Reshape`, "Reshape", [kernel, emitter.int64Vector(shape)]);
}

/** Adds a pooling op, which takes over a padding before it. */
function pooling(
  op: string,
  node: Node,
  emitter: Emitter,
  attributes: Readonly<Record<string, OnnxAttribute>>,
): OnnxTensor {
  const [, height, width] = numbers(node, "ksize");
  const isPad = (pad: Node) =>
    op === "MaxPool"
      ? pad.op === "PadV2" && Number(pad.inputs[2].node.constant?.values()[0]) <= lowest
      : pad.op === "Pad";
  const { source, pads } = padding(node, [height, width], isPad);
  const inputs = [emitter.channelsFirst(source)];
  const window = { kernel_shape: [height, width], strides: strides(node), pads };
  return { name: emitter.add(node.name, op, inputs, { ...window, ...attributes }), channelsFirst: true };
}

const strides = (node: Node) => numbers(node, "strides").slice(1, 3);

/**
 * Returns the input of a window op and its padding, [top, left, bottom, right]. A pad op before it that `isPad` accepts is left out and
 * becomes the window's padding.
 */
function padding(
  node: Node,
  reach: readonly number[],
  isPad: (node: Node) => boolean,
): { source: Value; pads: number[] } {
  const [source] = node.inputs;
  if (text(node, "padding") === "SAME") {
    const around = strides(node).map((stride, i) => {
      const size = source.shape[i + 1];
      const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach[i] - size);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    });
    return { source, pads: [around[0][0], around[1][0], around[0][1], around[1][1]] };
  }
  const constant = source.node.inputs[1]?.node.constant;
  if (isPad(source.node) && constant) {
    const [n, n2, top, bottom, left, right, c, c2] = [...constant.values()].map(Number);
    if (n + n2 + c + c2 === 0) return { source: source.node.inputs[0], pads: [top, left, bottom, right] };
  }
  return { source, pads: [0, 0, 0, 0] };
}

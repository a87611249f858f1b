import { UserError } from "../../errors.ts";
import { dataTypes } from "../../runtime/ffi/data_type.ts";
import { transposed } from "../constant.ts";
import type { Node, Value } from "../graph.ts";
import { flag, number, numbers } from "./attributes.ts";
import { channelsFirstAxis, type Conversion, type Emitter, type OnnxTensor, toChannelsFirst } from "./emitter.ts";
import { elementType, type OnnxAttribute } from "./messages.ts";

/** An end beyond every size. */
const end = 2 ** 31 - 1;

const reductions = { Max: "ReduceMax", Mean: "ReduceMean", Min: "ReduceMin", Prod: "ReduceProd" } as const;

/** Conversions of ops that take axes or sizes. */
export const axisConversions: Readonly<Record<string, Conversion>> = {
  ...Object.fromEntries(
    Object.entries(reductions).map(([op, reduction]) => [op, (node: Node, emitter: Emitter) => {
      const { x, axes, keepdims, channelsFirst } = reduced(node, emitter);
      return { name: emitter.add(node.name, reduction, [x], { axes, keepdims }), channelsFirst };
    }]),
  ),
  Sum(node, emitter) { // takes its axes as a tensor in opset 13; the others do from opset 18 on
    const { x, axes, keepdims, channelsFirst } = reduced(node, emitter);
    return { name: emitter.add(node.name, "ReduceSum", [x, emitter.int64Vector(axes)], { keepdims }), channelsFirst };
  },
  ConcatV2(node, emitter) {
    const values = node.inputs.slice(0, -1), [axis] = emitter.integers(node.inputs[values.length]);
    const channelsFirst = values.some((value) => emitter.tensor(value).channelsFirst);
    const inputs = values.map((value) => channelsFirst ? emitter.channelsFirst(value) : emitter.channelsLast(value));
    const attributes = { axis: axisIn(axis, values[0], channelsFirst) };
    return { name: emitter.add(node.name, "Concat", inputs, attributes), channelsFirst };
  },
  Pad: (node, emitter) => pad(node, emitter),
  PadV2: (node, emitter) => pad(node, emitter, node.inputs[2]),
  Split(node, emitter) {
    const [axis, x] = node.inputs, parts = number(node, "num_split"), [along] = emitter.integers(axis);
    const size = x.shape[(along + x.shape.length) % x.shape.length] / parts;
    return split(node, emitter, x, along, new Array(parts).fill(size));
  },
  SplitV(node, emitter) {
    const [x, sizes, axis] = node.inputs;
    return split(node, emitter, x, emitter.integers(axis)[0], emitter.integers(sizes));
  },
  Slice(node, emitter) {
    const [x, begin, size] = node.inputs, starts = emitter.integers(begin);
    const ends = size.node.constant
      ? emitter.int64Vector(emitter.integers(size).map((size, axis) => size < 0 ? end : starts[axis] + size))
      : emitter.add(`${node.name}/Add`, "Add", [emitter.int64Vector(starts), emitter.sizes(size)]);
    return addChannelsLast(node, emitter, "Slice", [emitter.channelsLast(x), emitter.int64Vector(starts), ends]);
  },
  StridedSlice(node, emitter) {
    const [x, ...given] = node.inputs, [begin, ends, steps] = given.map((value) => emitter.integers(value));
    const isSet = (mask: string, axis: number) => (number(node, mask, 0) >> axis & 1) === 1;
    if (number(node, "ellipsis_mask", 0) + number(node, "new_axis_mask", 0) > 0) throw unsupported(node);
    const shrunk = begin.map((_, axis) => axis).filter((axis) => isSet("shrink_axis_mask", axis));
    const from = begin.map((start, axis) => isSet("begin_mask", axis) ? steps[axis] < 0 ? end : 0 : start);
    const to = ends.map((stop, axis) => {
      if (shrunk.includes(axis)) return begin[axis] === -1 ? end : begin[axis] + 1;
      return isSet("end_mask", axis) ? steps[axis] < 0 ? -end : end : stop;
    });
    const axes = begin.map((_, axis) => axis);
    const inputs = [emitter.channelsLast(x), ...[from, to, axes, steps].map((values) => emitter.int64Vector(values))];
    const sliced = emitter.add(shrunk.length > 0 ? `${node.name}/Slice` : node.name, "Slice", inputs);
    if (shrunk.length === 0) return { name: sliced, channelsFirst: false };
    return addChannelsLast(node, emitter, "Squeeze", [sliced, emitter.int64Vector(shrunk)]);
  },
  Reshape: (node, emitter) => sized(node, emitter, "Reshape"),
  BroadcastTo: (node, emitter) => sized(node, emitter, "Expand"),
  Tile: (node, emitter) => sized(node, emitter, "Tile"),
  ExpandDims: (node, emitter) => sized(node, emitter, "Unsqueeze"),
  Fill(node, emitter) {
    const [sizes, value] = node.inputs;
    return addChannelsLast(node, emitter, "Expand", [emitter.channelsLast(value), emitter.sizes(sizes)]);
  },
  Squeeze(node, emitter) {
    const [x] = node.inputs;
    return addChannelsLast(node, emitter, "Squeeze", [
      emitter.channelsLast(x),
      emitter.int64Vector(numbers(node, "squeeze_dims")),
    ]);
  },
  Pack(node, emitter) {
    const axis = number(node, "axis", 0), axes = emitter.int64Vector([axis]);
    const inputs = node.inputs.map((value) =>
      emitter.add(`${node.name}/Unsqueeze`, "Unsqueeze", [emitter.channelsLast(value), axes])
    );
    return addChannelsLast(node, emitter, "Concat", inputs, { axis });
  },
  Unpack(node, emitter) {
    const axis = number(node, "axis", 0), parts = number(node, "num");
    const inputs = [emitter.channelsLast(node.inputs[0]), emitter.int64Vector(new Array(parts).fill(1))];
    const pieces = emitter.addAll(`${node.name}/Split`, "Split", inputs, { axis }, parts);
    return pieces.map((piece) => addChannelsLast(node, emitter, "Squeeze", [piece, emitter.int64Vector([axis])]));
  },
  Transpose(node, emitter) {
    const [x, axes] = node.inputs;
    return addChannelsLast(node, emitter, "Transpose", [emitter.channelsLast(x)], { perm: emitter.integers(axes) });
  },
  GatherV2(node, emitter) {
    const [x, indices, axis] = node.inputs;
    if (number(node, "batch_dims", 0) > 0) throw unsupported(node);
    const inputs = [emitter.channelsLast(x), emitter.channelsLast(indices)];
    return addChannelsLast(node, emitter, "Gather", inputs, { axis: emitter.integers(axis)[0] });
  },
  Shape(node, emitter) {
    const { name, channelsFirst } = emitter.tensor(node.inputs[0]);
    const found = emitter.add(`${node.name}/Shape`, "Shape", [name]);
    const sizes = channelsFirst
      ? emitter.add(`${node.name}/Gather`, "Gather", [found, emitter.int64Vector(channelsFirstAxis)])
      : found;
    return addChannelsLast(node, emitter, "Cast", [sizes], { to: elementType(dataTypes.int32) });
  },
  Softmax: (node, emitter) =>
    addChannelsLast(node, emitter, "Softmax", [emitter.channelsLast(node.inputs[0])], { axis: -1 }),
  LogSoftmax: (node, emitter) =>
    addChannelsLast(node, emitter, "LogSoftmax", [emitter.channelsLast(node.inputs[0])], { axis: -1 }),
  MatMul: (node, emitter) => product(node, emitter, ["transpose_a", "transpose_b"]),
  BatchMatMulV2: (node, emitter) => product(node, emitter, ["adj_x", "adj_y"]),
};

/** Adds a node whose output has TensorFlow's layout. */
function addChannelsLast(
  node: Node,
  emitter: Emitter,
  op: string,
  inputs: readonly string[],
  attributes?: Readonly<Record<string, OnnxAttribute>>,
): OnnxTensor {
  return { name: emitter.add(node.name, op, inputs, attributes), channelsFirst: false };
}

/** Adds an op whose second input is a vector of sizes or axes. */
function sized(node: Node, emitter: Emitter, op: string): OnnxTensor {
  const [x, sizes] = node.inputs;
  return addChannelsLast(node, emitter, op, [emitter.channelsLast(x), emitter.sizes(sizes)]);
}

/** Adds a matrix product, of matrices that may be transposed. */
function product(node: Node, emitter: Emitter, flags: readonly [string, string]): OnnxTensor {
  const inputs = node.inputs.map((value, i) =>
    flag(node, flags[i]) ? transposedMatrix(value, emitter) : emitter.channelsLast(value)
  );
  return addChannelsLast(node, emitter, "MatMul", inputs);
}

function transposedMatrix(value: Value, emitter: Emitter): string {
  const { constant, name } = value.node;
  const axes = value.shape.map((_, axis) => axis), swapped = [...axes.slice(0, -2), axes.length - 1, axes.length - 2];
  if (constant) return emitter.constant(name, transposed(constant, swapped), "transposed");
  return emitter.add(`${name}/Transpose`, "Transpose", [emitter.channelsLast(value)], { perm: swapped });
}

/** Returns the input and axes of a reduction, channels first if the input is and the remaining axes keep their order. */
function reduced(node: Node, emitter: Emitter) {
  const [x, constant] = node.inputs, rank = x.shape.length;
  const axes = emitter.integers(constant).map((axis) => (axis + rank) % rank), keeps = flag(node, "keep_dims");
  const channelsFirst = emitter.tensor(x).channelsFirst && (keeps || [1, 2].every((axis) => axes.includes(axis)));
  return {
    x: channelsFirst ? emitter.channelsFirst(x) : emitter.channelsLast(x),
    axes: axes.map((axis) => axisIn(axis, x, channelsFirst)),
    keepdims: keeps ? 1 : 0,
    channelsFirst: channelsFirst && keeps,
  };
}

/** Adds a pad op, of zeros or of `value`. */
function pad(node: Node, emitter: Emitter, value?: Value): OnnxTensor {
  const [x, paddings] = node.inputs, { name, channelsFirst } = emitter.tensor(x);
  const pairs = emitter.integers(paddings);
  const around = [0, 1].map((side) => {
    const sizes = x.shape.map((_, axis) => pairs[2 * axis + side]);
    return channelsFirst ? toChannelsFirst.map((axis) => sizes[axis]) : sizes;
  });
  const inputs = [name, emitter.int64Vector(around.flat()), ...value ? [emitter.channelsLast(value)] : []];
  return { name: emitter.add(node.name, "Pad", inputs), channelsFirst };
}

/** Adds a split into parts of `sizes`. */
function split(node: Node, emitter: Emitter, x: Value, along: number, sizes: readonly number[]): OnnxTensor[] {
  const { name, channelsFirst } = emitter.tensor(x), axis = axisIn(along, x, channelsFirst);
  const outputs = emitter.addAll(node.name, "Split", [name, emitter.int64Vector(sizes)], { axis }, sizes.length);
  return outputs.map((name) => ({ name, channelsFirst }));
}

/** Returns the position of an axis in a tensor's layout. A negative axis counts from the end. */
function axisIn(axis: number, { shape }: Value, channelsFirst: boolean): number {
  const counted = (axis + shape.length) % shape.length;
  return channelsFirst ? channelsFirstAxis[counted] : counted;
}

function unsupported({ op, name }: Node): UserError {
  return new UserError(`there is no conversion to ONNX of this form of TensorFlow's op ${op} (${name})`, {
    remedy: "Export the model with --format savedmodel, which holds every op",
  });
}

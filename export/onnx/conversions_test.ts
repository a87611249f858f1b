import { assertEquals } from "@std/assert";
import { serialize } from "../../formats/protobuf/writer.ts";
import { type Attribute, attribute } from "../../ops/native.ts";
import { dataTypes } from "../../runtime/ffi/data_type.ts";
import { type Constant, int32Vector } from "../constant.ts";
import type { Node, Value } from "../graph.ts";
import { GraphBuilder } from "../graph_builder.ts";
import { about } from "../testing.ts";
import { onnxModel } from "./model.ts";
import { type OnnxGraph, type OnnxNode, readOnnx } from "./testing/read.ts";

/** A graph of images `[N, 9, 7, 2]` under construction. */
class Images extends GraphBuilder {
  readonly images: Value;

  constructor() {
    super(["images", "logits"]);
    const node = this.append({ name: "images", op: "Placeholder", attributes: new Map(), inputs: [] });
    this.images = { node, index: 0, shape: [-1, 9, 7, 2], dtype: dataTypes.float32 };
  }

  floats(...shape: number[]): Value {
    const values = () => new Float32Array(shape.reduce((product, size) => product * size, 1));
    return this.constant("floats", { shape, dtype: dataTypes.float32, values });
  }

  scalar(value: number): Value {
    return this.constant("scalar", { shape: [], dtype: dataTypes.float32, values: () => Float32Array.of(value) });
  }

  integers(values: readonly number[], shape: readonly number[] = [values.length]): Value {
    const constant: Constant = { ...int32Vector(values), shape };
    return this.constant("integers", constant);
  }

  /** Appends an op with one output. Only ops behind it use its shape. */
  op(op: string, inputs: readonly Value[], attributes: readonly Attribute[] = [], shape = inputs[0].shape): Value {
    const node: Node = this.add(op, op, attributes, inputs);
    return { node, index: 0, shape, dtype: dataTypes.float32 };
  }

  /** Appends a pad op of [top, bottom, left, right]. */
  pad(op: "Pad" | "PadV2", [top, bottom, left, right]: readonly number[], ...value: Value[]): Value {
    const paddings = this.integers([0, 0, top, bottom, left, right, 0, 0], [4, 2]);
    return this.op(op, [this.images, paddings, ...value], [], [-1, 9 + top + bottom, 7 + left + right, 2]);
  }
}

function converted(make: (graph: Images) => Value): OnnxGraph {
  const graph = new Images(), logits = make(graph);
  return readOnnx(serialize(onnxModel({ nodes: graph.nodes, images: graph.images, logits }, about)));
}

/** Returns the attributes of the only node of an op. */
function attributesOf(op: string, { nodes }: OnnxGraph): OnnxNode["attributes"] {
  const found = nodes.filter((node) => node.op === op);
  assertEquals(found.length, 1);
  return found[0].attributes;
}

const window = (padding: string, ...more: Attribute[]) => [attribute.string("padding", padding), ...more];
const strides = attribute.int("strides", [1, 2, 3, 1]);

Deno.test("ONNX: a convolution takes a padding before it, uneven on all four sides", () => {
  const graph = converted((g) =>
    g.op("Conv2D", [g.pad("Pad", [1, 2, 3, 4]), g.floats(3, 2, 2, 5)], [
      ...window("VALID", strides),
      attribute.int("dilations", [1, 2, 1, 1]),
    ])
  );
  assertEquals(attributesOf("Conv", graph), {
    kernel_shape: [3, 2],
    strides: [2, 3],
    pads: [1, 3, 2, 4],
    dilations: [2, 1],
    group: 1,
  });
  assertEquals(graph.nodes.map(({ op }) => op), ["Conv", "Transpose", "Identity"]);
  assertEquals([...graph.initializers.values()].map(({ shape }) => shape), [[5, 2, 3, 2]]);
});

Deno.test("ONNX: TensorFlow's SAME padding puts the odd row and column last", () => {
  const graph = converted((g) =>
    g.op(
      "Conv2D",
      [g.images, g.floats(4, 2, 1, 6)],
      window("SAME", attribute.int("strides", [1, 2, 1, 1])),
    )
  );
  // rows: 5 windows of 4, stride 2, reach 12 = 9 + 1 + 2; columns: 7 windows of 2 reach 8 = 7 + 0 + 1
  const { pads, group } = attributesOf("Conv", graph);
  assertEquals([pads, group], [[1, 0, 2, 1], 2]);
});

Deno.test("ONNX: a depthwise convolution has a group for each channel", () => {
  const graph = converted((g) =>
    g.op("DepthwiseConv2dNative", [g.images, g.floats(3, 2, 2, 3)], window("VALID", strides))
  );
  const { group, pads } = attributesOf("Conv", graph);
  assertEquals([group, pads], [2, [0, 0, 0, 0]]);
  assertEquals([...graph.initializers.values()].map(({ shape }) => shape), [[6, 1, 3, 2]]);
});

Deno.test("ONNX: a maximum takes the padding before it where that never wins, and no other", () => {
  const pool = (value: number) =>
    converted((g) =>
      g.op(
        "MaxPool",
        [g.pad("PadV2", [1, 2, 3, 4], g.scalar(value))],
        window("VALID", strides, attribute.int("ksize", [1, 3, 2, 1])),
      )
    );
  assertEquals(attributesOf("MaxPool", pool(-3.4e38)), { kernel_shape: [3, 2], strides: [2, 3], pads: [1, 3, 2, 4] });
  const { pads } = attributesOf("MaxPool", pool(-1));
  assertEquals(pads, [0, 0, 0, 0]);
  assertEquals(attributesOf("Pad", pool(-1)), {});
});

Deno.test("ONNX: a mean counts the zeros of a padding before it, and not TensorFlow's own padding", () => {
  const ksize = attribute.int("ksize", [1, 3, 2, 1]);
  const outside = converted((g) => g.op("AvgPool", [g.pad("Pad", [1, 2, 3, 4])], window("VALID", strides, ksize)));
  assertEquals(attributesOf("AveragePool", outside), {
    kernel_shape: [3, 2],
    strides: [2, 3],
    pads: [1, 3, 2, 4],
    count_include_pad: 1,
  });
  const own = converted((g) => g.op("AvgPool", [g.images], window("SAME", strides, ksize)));
  // rows: 5 windows reach 11 = 9 + 1 + 1; columns: 3 windows reach 8 = 7 + 0 + 1
  const { pads, count_include_pad } = attributesOf("AveragePool", own);
  assertEquals([pads, count_include_pad], [[1, 0, 1, 1], 0]);
});

Deno.test("ONNX: batch norm's epsilon", () => {
  const graph = converted((g) =>
    g.op("FusedBatchNormV3", [g.images, ...[1, 2, 3, 4].map(() => g.floats(2))], [attribute.float("epsilon", 0.25)])
  );
  assertEquals(attributesOf("BatchNormalization", graph), { epsilon: 0.25 });
});

Deno.test("ONNX: a leaky ReLU's slope, TensorFlow's own where it is left out", () => {
  const leaky = (...attributes: Attribute[]) => converted((g) => g.op("LeakyRelu", [g.images], attributes));
  assertEquals(attributesOf("LeakyRelu", leaky(attribute.float("alpha", 0.125))), { alpha: 0.125 });
  assertEquals(attributesOf("LeakyRelu", leaky()), { alpha: Math.fround(0.2) });
});

Deno.test("ONNX: a product and a bias are one Gemm, each matrix transposed or not", () => {
  for (const [a, b] of [[false, false], [true, false], [false, true]]) {
    const graph = converted((g) => {
      const rows = g.op("Reshape", [g.images, g.integers([-1, 126])], [], [-1, 126]);
      const transposes = [attribute.bool("transpose_a", a), attribute.bool("transpose_b", b)];
      const product = g.op("MatMul", [rows, g.floats(126, 126)], transposes);
      return g.op("BiasAdd", [product, g.floats(126)]);
    });
    assertEquals(attributesOf("Gemm", graph), { transA: Number(a), transB: Number(b) });
  }
});

Deno.test("ONNX: a padding of its own names all beginnings before all ends, channels first", () => {
  const graph = converted((g) => {
    const paddings = g.integers([0, 0, 1, 2, 3, 4, 5, 6], [4, 2]);
    return g.op("Relu", [g.op("Pad", [g.images, paddings], [], [-1, 12, 14, 13])]);
  });
  const [{ inputs }] = graph.nodes.filter(({ op }) => op === "Pad");
  assertEquals(graph.initializers.get(inputs[1])?.values, [0, 5, 1, 3, 0, 6, 2, 4]);
});

Deno.test("ONNX: ReLU6 clips at 0 and 6, and axes are those of the layout", () => {
  const clipped = converted((g) => g.op("Relu6", [g.images]));
  const [clip] = clipped.nodes.filter(({ op }) => op === "Clip");
  assertEquals(clip.inputs.slice(1).map((name) => clipped.initializers.get(name)?.values), [[0], [6]]);
  const reduced = (axes: number[], keep: boolean) =>
    attributesOf(
      "ReduceMean",
      converted((g) => g.op("Mean", [g.images, g.integers(axes)], [attribute.bool("keep_dims", keep)])),
    );
  assertEquals(reduced([1], true), { axes: [2], keepdims: 1 });
  assertEquals(reduced([-1], true), { axes: [1], keepdims: 1 });
  assertEquals(reduced([1, 2], false), { axes: [2, 3], keepdims: 0 });
  assertEquals(reduced([2], false), { axes: [2], keepdims: 0 }); // transposed before: what is left keeps its order
});

Deno.test("ONNX: a negative axis counts from the end, and lands where its layout has it", () => {
  const joined = (axis: number, last: boolean) =>
    attributesOf(
      "Concat",
      converted((g) => {
        const rows = g.op("Reshape", [g.images, g.integers([-1, 9, 14])], [], [-1, 9, 14]);
        const images = g.op("Relu", [g.images]), value = last ? rows : images;
        return g.op("ConcatV2", [value, value, g.integers([axis], [])]);
      }),
    ).axis;
  assertEquals([-1, -2, -3].map((axis) => joined(axis, false)), [1, 3, 2]);
  assertEquals([-1, -2].map((axis) => joined(axis, true)), [2, 1]);
});

/** For tests: reads ONNX models. */
import { type Fields, readMessage } from "../../../formats/protobuf/reader.ts";

/** A node's attributes by name. */
export type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

/** A NodeProto. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** A TensorProto. */
export interface OnnxInitializer {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
  readonly values: readonly number[];
}

/** The graph of a ModelProto; int64 values are read as int32. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxInitializer>;
}

/** Reads a serialized ModelProto (onnx.proto). */
export function readOnnx(bytes: Uint8Array): OnnxGraph {
  const [graph] = readMessage(bytes).messages(7);
  const nodes = graph.messages(1).map((node) => ({
    op: node.texts(4)[0],
    inputs: node.texts(1),
    outputs: node.texts(2),
    attributes: Object.fromEntries(node.messages(5).map((given) => [given.texts(1)[0], attributeOf(given)])),
  }));
  return {
    nodes,
    initializers: new Map(graph.messages(5).map((tensor) => [tensor.texts(8)[0], initializerOf(tensor)])),
  };
}

function attributeOf(fields: Fields): Attributes[string] {
  const [type] = fields.integers(20);
  switch (type) {
    case 1:
      return fields.floats(2)[0];
    case 2:
      return fields.integers(3)[0];
    case 3:
      return fields.texts(4)[0];
    case 7:
      return fields.integers(8);
    default:
      throw new TypeError(`an attribute has the type ${type}`);
  }
}

function initializerOf(fields: Fields): OnnxInitializer {
  const [type] = fields.integers(2), { buffer } = fields.bytes(9)[0].slice();
  const shape = fields.integers(1);
  switch (type) {
    case 1:
      return { shape, dtype: "float32", values: [...new Float32Array(buffer)] };
    case 6:
      return { shape, dtype: "int32", values: [...new Int32Array(buffer)] };
    case 7:
      return { shape, dtype: "int32", values: Array.from(new BigInt64Array(buffer), Number) };
    default:
      throw new TypeError(`an initializer has the type ${type}`);
  }
}

import { type Attribute, attribute, attributeKinds, isNumbers } from "../ops/native.ts";
import { bytesOf, type Constant } from "./constant.ts";
import type { InferenceGraph, Node, Value } from "./graph.ts";
import { field, type Message } from "../formats/protobuf/writer.ts";

/** The version of TensorFlow's graphs that defines these ops: the one of TensorFlow 2.21. */
export const graphVersion = 2474;

/** Returns all nodes of a graph, and behind them an identity named `logits`. */
export function namedNodes({ nodes, logits }: InferenceGraph): Node[] {
  const type = attribute.type("T", logits.dtype);
  return [...nodes, { name: "logits", op: "Identity", attributes: new Map([["T", type]]), inputs: [logits] }];
}

/** Names an input: the name of its node, and the index of the output unless it is the first. */
export function inputName({ node, index }: Value): string {
  return index === 0 ? node.name : `${node.name}:${index}`;
}

/** Serializes a GraphDef (graph.proto): node 1, versions 4 {producer 1}. */
export function graphDef(graph: InferenceGraph): Message {
  const nodes = namedNodes(graph).flatMap((node) => field.message(1, nodeDef(node)));
  return [...nodes, ...field.message(4, field.integer(1, graphVersion))];
}

/** Serializes a NodeDef (node_def.proto): name 1, op 2, input 3, attr 5. */
function nodeDef({ name, op, inputs, attributes, constant }: Node): Message {
  return [
    ...field.text(1, name),
    ...field.text(2, op),
    ...inputs.flatMap((input) => field.text(3, inputName(input))),
    ...[...attributes.values()].flatMap((attribute) => field.entry(5, attribute.name, attributeMessage(attribute))),
    ...constant ? field.entry(5, "value", field.message(8, tensorMessage(constant))) : [],
  ];
}

/** Serializes an AttrValue (attr_value.proto): list 1 {i 3, type 6}, s 2, i 3, f 4, b 5, type 6, shape 7. */
function attributeMessage({ name, type, value }: Attribute): Message {
  switch (type) {
    case attributeKinds.string:
      return field.text(2, String(value));
    case attributeKinds.int:
      return isNumbers(value)
        ? field.message(1, field.integers(3, value))
        : field.integer(3, Math.trunc(Number(value)));
    case attributeKinds.float:
      return field.float(4, Number(value));
    case attributeKinds.bool:
      return field.integer(5, value === true);
    case attributeKinds.type:
      return isNumbers(value) ? field.message(1, field.integers(6, value)) : field.integer(6, Number(value));
    case attributeKinds.shape:
      return field.message(7, isNumbers(value) ? shapeMessage(value) : field.integer(3, true));
    default:
      throw new TypeError(`an attribute of kind ${type}, ${name}, cannot be exported`);
  }
}

/** Serializes a TensorProto (tensor.proto): dtype 1, tensor_shape 2, tensor_content 4. */
function tensorMessage(constant: Constant): Message {
  return [
    ...field.integer(1, constant.dtype),
    ...field.message(2, shapeMessage(constant.shape)),
    ...field.message(4, [bytesOf(constant)]),
  ];
}

/** Serializes a TensorShapeProto (tensor_shape.proto): dim 2 {size 1}. */
export function shapeMessage(shape: readonly number[]): Message {
  return shape.flatMap((size) => field.message(2, field.integer(1, size)));
}

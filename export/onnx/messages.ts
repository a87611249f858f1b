import { dataTypes } from "../../runtime/ffi/data_type.ts";
import { bytesOf, type Constant } from "../constant.ts";
import { field, type Message } from "../../formats/protobuf/writer.ts";

/** The attribute of an ONNX node. A number is an integer; a float is wrapped. */
export type OnnxAttribute = number | readonly number[] | string | { readonly float: number };

/** ONNX's numbers for element types (TensorProto.DataType), by TensorFlow's. */
const elementTypes: ReadonlyMap<number, number> = new Map([
  [dataTypes.float32, 1],
  [dataTypes.int32, 6],
  [dataTypes.int64, 7],
  [dataTypes.bool, 9],
]);

/**
 * Returns ONNX's number for an element type.
 *
 * @throws {TypeError} for a type that cannot be exported
 */
export function elementType(dtype: number): number {
  const type = elementTypes.get(dtype);
  if (type === undefined) throw new TypeError(`no tensor of TensorFlow's type ${dtype} can be exported`);
  return type;
}

/** Serializes a NodeProto (onnx.proto): input 1, output 2, name 3, op_type 4, attribute 5. */
export function nodeMessage(
  name: string,
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, OnnxAttribute>>,
): Message {
  return [
    ...inputs.flatMap((input) => field.text(1, input)),
    ...outputs.flatMap((output) => field.text(2, output)),
    ...field.text(3, name),
    ...field.text(4, op),
    ...Object.entries(attributes).flatMap(([name, value]) => field.message(5, attributeMessage(name, value))),
  ];
}

/** Serializes an AttributeProto: name 1, f 2, i 3, s 4, ints 8, type 20, of which FLOAT 1, INT 2, STRING 3, INTS 7. */
function attributeMessage(name: string, value: OnnxAttribute): Message {
  const [content, type] = typeof value === "number"
    ? [field.integer(3, value), 2]
    : typeof value === "string"
    ? [field.text(4, value), 3]
    : "float" in value
    ? [field.float(2, value.float), 1]
    : [value.flatMap((item) => field.integer(8, item)), 7];
  return [...field.text(1, name), ...content, ...field.integer(20, type)];
}

/** Serializes a TensorProto: dims 1, data_type 2, name 8, raw_data 9. */
export function tensorMessage(name: string, constant: Constant): Message {
  return [
    ...constant.shape.flatMap((size) => field.integer(1, size)),
    ...field.integer(2, elementType(constant.dtype)),
    ...field.text(8, name),
    ...field.message(9, [bytesOf(constant)]),
  ];
}

/**
 * Serializes a ValueInfoProto: name 1, type 2; TypeProto.tensor_type 1; its elem_type 1, shape 2; TensorShapeProto.dim 1; Dimension: dim_value 1,
 * dim_param 2. Sizes of −1 are called N.
 */
export function valueMessage(name: string, shape: readonly number[], dtype: number): Message {
  const sizes = shape.map((size) => size < 0 ? field.text(2, "N") : field.integer(1, size));
  const tensor = [
    ...field.integer(1, elementType(dtype)),
    ...field.message(2, sizes.flatMap((size) => field.message(1, size))),
  ];
  return [...field.text(1, name), ...field.message(2, field.message(1, tensor))];
}

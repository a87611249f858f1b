import { readMessage } from "../formats/protobuf/reader.ts";

/** The signature of a graph function (TensorFlow's numbers for the types) and the functions that it calls. */
export interface GraphFunction {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly calls: readonly string[];
}

/**
 * Reads a serialized `tensorflow.FunctionDef`. Field 1 is the signature, an OpDef {input_arg 2, output_arg 3} of ArgDefs
 * {type 3}. Field 3 holds the nodes, each a NodeDef {attr 5}, whose attributes map names to AttrValues (value 2); an
 * AttrValue's func (10) is a NameAttrList {name 1}.
 */
export function readGraphFunction(bytes: Uint8Array): GraphFunction {
  const fields = readMessage(bytes), [signature] = fields.messages(1);
  const types = (field: number) => signature.messages(field).map((argument) => argument.integers(3)[0]);
  const attributes = fields.messages(3).flatMap((node) => node.messages(5));
  const values = attributes.flatMap((attribute) => attribute.messages(2));
  const calls = values.flatMap((value) => value.messages(10)).flatMap((call) => call.texts(1));
  return { inputs: types(2), outputs: types(3), calls: [...new Set(calls)] };
}

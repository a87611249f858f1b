import { readMessage } from "../formats/protobuf/reader.ts";

/** What calling a graph function takes and gives: TensorFlow's numbers of the types, and the functions that it calls. */
export interface GraphFunction {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly calls: readonly string[];
}

/**
 * Reads a serialized tensorflow.FunctionDef: signature 1, an OpDef {input_arg 2, output_arg 3}, each an ArgDef {type 3};
 * node_def 3, each a NodeDef {attr 5}, a map of AttrValue (value 2), of which func 10 is a NameAttrList {name 1}.
 */
export function readGraphFunction(bytes: Uint8Array): GraphFunction {
  const fields = readMessage(bytes), [signature] = fields.messages(1);
  const types = (field: number) => signature.messages(field).map((argument) => argument.integers(3)[0]);
  const attributes = fields.messages(3).flatMap((node) => node.messages(5));
  const values = attributes.flatMap((attribute) => attribute.messages(2));
  const calls = values.flatMap((value) => value.messages(10)).flatMap((call) => call.texts(1));
  return { inputs: types(2), outputs: types(3), calls: [...new Set(calls)] };
}

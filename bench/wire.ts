import { BinaryReader, WireType } from "npm:@bufbuild/protobuf@2.17.0/wire";

/** A message's fields by number, each list in the order of the bytes. */
export interface Message {
  integers(number: number): number[];
  texts(number: number): string[];
  messages(number: number): Message[];
}

/** Reads a serialized protobuf message of integers, text and messages: TensorFlow's schemas are not on npm, nor ONNX's. */
export function readMessage(bytes: Uint8Array): Message {
  const reader = new BinaryReader(bytes);
  const integers: [number: number, value: number][] = [], delimited: [number: number, value: Uint8Array][] = [];
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (type === WireType.Varint) integers.push([number, Number(reader.int64())]);
    else if (type === WireType.LengthDelimited) delimited.push([number, reader.bytes()]);
    else reader.skip(type, number);
  }
  const of = <T>(fields: readonly (readonly [number, T])[], wanted: number) =>
    fields.flatMap(([number, value]) => number === wanted ? [value] : []);
  return {
    integers: (number) => of(integers, number),
    texts: (number) => of(delimited, number).map((value) => new TextDecoder().decode(value)),
    messages: (number) => of(delimited, number).map(readMessage),
  };
}

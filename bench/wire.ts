import { BinaryReader, WireType } from "npm:@bufbuild/protobuf@2.17.0/wire";

/** The fields of a serialised protobuf message by number: TensorFlow's schemas are not on npm. */
export function readMessage(bytes: Uint8Array) {
  const reader = new BinaryReader(bytes);
  const fields: { number: number; value: number | Uint8Array }[] = [];
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (type === WireType.Varint) fields.push({ number, value: Number(reader.int64()) });
    else if (type === WireType.LengthDelimited) fields.push({ number, value: reader.bytes() });
    else reader.skip(type, number);
  }
  const values = (number: number) => fields.filter((field) => field.number === number).map(({ value }) => value);
  const messages = (number: number) => values(number).filter((value) => typeof value !== "number");
  return {
    messages,
    integer: (number: number) => values(number).findLast((value) => typeof value === "number") ?? 0,
    text: (number: number) => new TextDecoder().decode(messages(number).at(-1)),
  };
}

export type Message = ReturnType<typeof readMessage>;

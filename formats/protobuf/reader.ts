import { decodeVarint, wireTypes } from "./varint.ts";

/** The fields of a serialized message by their numbers, each list in the order of the bytes. */
export interface Fields {
  /** Integers, bools and enums; an int64 beyond 2^53 is rounded. */
  integers(number: number): number[];
  /** Float32 values. */
  floats(number: number): number[];
  texts(number: number): string[];
  /** Bytes, or packed lists. */
  bytes(number: number): Uint8Array[];
  messages(number: number): Fields[];
}

/**
 * Reads a serialized protobuf message without a schema. It is written here, because npm has the schemas of neither TensorFlow nor
 * ONNX, and a library saves little without one.
 *
 * Source: protobuf.dev, "Encoding".
 *
 * @throws {RangeError} if the bytes are not a message
 */
export function readMessage(bytes: Uint8Array): Fields {
  const integers: [number: number, value: number][] = [], floats: [number: number, value: number][] = [];
  const delimited: [number: number, value: Uint8Array][] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length;) {
    const { value: tag, end: start } = decodeVarint(bytes, at), number = tag >> 3;
    switch (tag & 7) {
      case wireTypes.varint: {
        const { value, end } = decodeVarint(bytes, start);
        integers.push([number, value]);
        at = end;
        break;
      }
      case wireTypes.fixed32:
        floats.push([number, view.getFloat32(start, true)]);
        at = start + 4;
        break;
      case wireTypes.fixed64:
        at = start + 8;
        break;
      case wireTypes.delimited: {
        const { value: length, end } = decodeVarint(bytes, start);
        if (length < 0 || end + length > bytes.length) throw new RangeError(`field ${number} ends behind its message`);
        delimited.push([number, bytes.subarray(end, end + length)]);
        at = end + length;
        break;
      }
      default:
        throw new RangeError(`field ${number} has the unknown wire type ${tag & 7}`);
    }
  }
  const of = <T>(fields: readonly (readonly [number, T])[], wanted: number) =>
    fields.flatMap(([number, value]) => number === wanted ? [value] : []);
  return {
    integers: (number) => of(integers, number),
    floats: (number) => of(floats, number),
    texts: (number) => of(delimited, number).map((value) => new TextDecoder().decode(value)),
    bytes: (number) => of(delimited, number),
    messages: (number) => of(delimited, number).map(readMessage),
  };
}

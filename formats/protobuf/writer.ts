import type { Append } from "../append.ts";
import { encodeVarint, wireTypes } from "./varint.ts";

/** Bytes that are made when it is their turn to be written. */
export interface LazyBytes {
  readonly byteLength: number;
  read(): Uint8Array<ArrayBuffer>;
}

/** A serialized message, or a field of one, in pieces. A model's weights are neither copied nor held before they are written. */
export type Message = readonly (Uint8Array<ArrayBuffer> | LazyBytes)[];

/**
 * Serializes fields of a message by their numbers. It is written here, because npm's writers hold a complete message in
 * memory and copy it.
 *
 * Source: protobuf.dev, "Encoding".
 */
export const field = {
  /** An integer (not of the types sint), a bool, or the number of an enum. */
  integer: (number: number, value: number | boolean): Message => [
    Uint8Array.of(...tag(number, wireTypes.varint), ...encodeVarint(Number(value))),
  ],
  float(number: number, value: number): Message {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return [Uint8Array.of(...tag(number, wireTypes.fixed32), ...bytes)];
  },
  text: (number: number, value: string): Message => field.message(number, [new TextEncoder().encode(value)]),
  /** A message, or bytes. */
  message: (number: number, value: Message): Message => [
    Uint8Array.of(...tag(number, wireTypes.delimited), ...encodeVarint(sizeOf(value))),
    ...value,
  ],
  /** A list of integers, packed. */
  integers: (number: number, values: readonly number[]): Message =>
    field.message(number, [Uint8Array.from(values.flatMap(encodeVarint))]),
  /** An entry of a map from strings to messages. */
  entry: (number: number, key: string, value: Message): Message =>
    field.message(number, [...field.text(1, key), ...field.message(2, value)]),
} as const;

/** Returns the length of a message in bytes. */
export function sizeOf(message: Message): number {
  return message.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** Returns the bytes of a message that fits into memory. */
export function serialize(message: Message): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeOf(message));
  let at = 0;
  for (const piece of message) {
    bytes.set("read" in piece ? piece.read() : piece, at);
    at += piece.byteLength;
  }
  return bytes;
}

const bufferBytes = 1 << 16;

/** Writes a message, several short pieces at a time. */
export async function writeMessage(message: Message, append: Append): Promise<void> {
  let short: Uint8Array<ArrayBuffer>[] = [], length = 0;
  const flush = async () => {
    await append(serialize(short));
    [short, length] = [[], 0];
  };
  for (const piece of message) {
    const bytes = "read" in piece ? piece.read() : piece;
    if (length + bytes.length > bufferBytes) await flush();
    if (bytes.length > bufferBytes) {
      await append(bytes);
    } else {
      short.push(bytes);
      length += bytes.length;
    }
  }
  await flush();
}

const tag = (number: number, type: number) => encodeVarint(number << 3 | type);

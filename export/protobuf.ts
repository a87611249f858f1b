import { UserError } from "../errors.ts";
import type { Append } from "../formats/atomic_file.ts";

/** Bytes that are made when their turn to be written comes. */
export interface LazyBytes {
  readonly byteLength: number;
  read(): Uint8Array<ArrayBuffer>;
}

/** A serialized message, or a field of one, in pieces: of a model's weights none is copied or held before it is written. */
export type Message = readonly (Uint8Array<ArrayBuffer> | LazyBytes)[];

const wire = { varint: 0, delimited: 2, fixed32: 5 } as const;

/** Fields of protobuf's wire format, by number. Written here because npm's writers hold and copy a whole message in memory. */
export const field = {
  /** Any of the integers but sint, bool, or an enum's number. */
  integer: (number: number, value: number | boolean): Message => [
    Uint8Array.of(...tag(number, wire.varint), ...varint(Number(value))),
  ],
  float(number: number, value: number): Message {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return [Uint8Array.of(...tag(number, wire.fixed32), ...bytes)];
  },
  text: (number: number, value: string): Message => field.message(number, [new TextEncoder().encode(value)]),
  /** A message, or bytes. */
  message: (number: number, value: Message): Message => [
    Uint8Array.of(...tag(number, wire.delimited), ...varint(sizeOf(value))),
    ...value,
  ],
  /** A list of integers, packed. */
  integers: (number: number, values: readonly number[]): Message =>
    field.message(number, [Uint8Array.from(values.flatMap(varint))]),
  /** An entry of a map from strings to messages. */
  entry: (number: number, key: string, value: Message): Message =>
    field.message(number, [...field.text(1, key), ...field.message(2, value)]),
} as const;

/** The length of a message in bytes. */
export function sizeOf(message: Message): number {
  return message.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/**
 * Refuses what readers of protobuf refuse: a message of 2 GiB or more.
 *
 * @throws {UserError} that names the `path` it would have
 */
export function checkSize(message: Message, path: string): void {
  const bytes = sizeOf(message);
  if (bytes < 2 ** 31) return;
  throw new UserError(
    `${path} would have ${(bytes / 1e9).toFixed(1)} GB, and this format has less than 2 GiB in a file`,
    {
      remedy: "Export the weights with --format safetensors, or the model with --format tfjs",
    },
  );
}

const bufferBytes = 1 << 16;

/** Writes a message; short pieces go together. */
export async function writeMessage(message: Message, append: Append): Promise<void> {
  let short: Uint8Array<ArrayBuffer>[] = [], length = 0;
  const flush = async () => {
    await append(Uint8Array.from(short.flatMap((bytes) => [...bytes])));
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

const tag = (number: number, type: number) => varint(number << 3 | type);

/** Seven bits a byte, the lowest first; a negative number is the int64 of its bits. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

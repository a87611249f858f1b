/** Protobuf's wire types: how the value of a field is laid out behind its tag. */
export const wireTypes = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 } as const;

/** Encodes an integer as seven bits a byte, the lowest first; a negative number as the int64 of its bits. */
export function encodeVarint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

/**
 * Decodes the integer that begins at `start`, as an int64.
 *
 * @throws {RangeError} if the bytes end inside it, or if it has more than ten bytes
 */
export function decodeVarint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0, at = start;
  for (let unit = 1; at < start + 7; at++, unit *= 128) { // 49 bits: exact
    const byte = bytes[at] ?? 128;
    value += (byte & 127) * unit;
    if (byte < 128) return { value, end: at + 1 };
  }
  let bits = BigInt(value);
  for (; at < start + 10; at++) {
    const byte = bytes[at] ?? 128;
    bits |= BigInt(byte & 127) << BigInt(7 * (at - start));
    if (byte < 128) return { value: Number(BigInt.asIntN(64, bits)), end: at + 1 };
  }
  throw new RangeError(`there is no protobuf integer at byte ${start}`);
}

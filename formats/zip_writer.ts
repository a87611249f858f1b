import { crc32 } from "node:zlib";
import type { Append } from "./append.ts";

/** The bytes of a member begin at a multiple of this, so that tensors are aligned in a file that is mapped into memory. */
const alignment = 64;

/** The date of every member, 1980-01-01, so that equal members make equal archives. */
const date = 0x21;

/** A member that has been written. */
interface MemberRecord {
  readonly name: Uint8Array;
  readonly checksum: number;
  readonly size: number;
  readonly offset: number;
}

/**
 * Writes a ZIP archive of stored members. It uses the records of ZIP64 (PKWARE's APPNOTE 4.3), which have no limits. A member is in
 * memory while it is added. `finish` writes the directory.
 */
export function zipWriter(append: Append) {
  const members: MemberRecord[] = [];
  let at = 0;
  const write = async (bytes: Uint8Array<ArrayBuffer>) => {
    await append(bytes);
    at += bytes.length;
  };
  return {
    async add(name: string, data: Uint8Array<ArrayBuffer>): Promise<void> {
      const member = { name: new TextEncoder().encode(name), checksum: crc32(data), size: data.length, offset: at };
      members.push(member);
      const head = localHeader(member);
      await write(head);
      await write(data);
    },
    async finish(): Promise<void> {
      const start = at;
      for (const member of members) await write(directoryEntry(member));
      await write(directoryEnd(members.length, start, at - start));
    },
  };
}

/** Encodes a record of fields, each with its width in bytes. */
function record(...fields: readonly (readonly [width: 2 | 4 | 8, value: number])[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(fields.reduce((sum, [width]) => sum + width, 0)), view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) view.setUint16(at, value, true);
    else if (width === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}

/** Joins byte arrays. */
function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The value of a 32-bit field whose real value is in the ZIP64 record. */
const wide = 0xffffffff;

/** Returns the fields that both headers share: version 4.5, UTF-8 names, stored, the date, the checksum, and both sizes wide. */
const common = ({ checksum, name }: MemberRecord, extra: number) =>
  [[2, 45], [2, 0x800], [2, 0], [2, 0], [2, date], [4, checksum], [4, wide], [4, wide], [2, name.length], [
    2,
    extra,
  ]] as const;

function localHeader(member: MemberRecord): Uint8Array<ArrayBuffer> {
  const { name, size, offset } = member;
  const zip64 = record([2, 1], [2, 16], [8, size], [8, size]);
  const before = offset + 30 + name.length + zip64.length + 4;
  const padding = (alignment - before % alignment) % alignment;
  const extra = joined(zip64, record([2, 0x4246], [2, padding]), new Uint8Array(padding));
  return joined(record([4, 0x04034b50], ...common(member, extra.length)), name, extra);
}

function directoryEntry(member: MemberRecord): Uint8Array<ArrayBuffer> {
  const { name, size, offset } = member;
  const extra = record([2, 1], [2, 24], [8, size], [8, size], [8, offset]);
  return joined(
    record([4, 0x02014b50], [2, 45], ...common(member, extra.length), [2, 0], [2, 0], [2, 0], [4, 0], [4, wide]),
    name,
    extra,
  );
}

function directoryEnd(count: number, start: number, size: number): Uint8Array<ArrayBuffer> {
  return joined(
    record([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count], [8, size], [8, start]),
    record([4, 0x07064b50], [4, 0], [8, start + size], [4, 1]),
    record([4, 0x06054b50], [2, 0], [2, 0], [2, 0xffff], [2, 0xffff], [4, wide], [4, wide], [2, 0]),
  );
}

import { crc32 } from "node:zlib";
import { UserError } from "../errors.ts";
import type { ByteFile } from "./byte_file.ts";
import { readZipDirectory, type ZipEntry } from "./zip_directory.ts";

/** A member of an archive. */
export interface ZipMember {
  /** The decompressed size in bytes, by the archive's directory. */
  readonly size: number;
  /** Whether it is stored without compression. */
  readonly stored: boolean;
}

/** An open archive. Its directory is in memory; its members stay in the file until they are read. */
export interface ZipArchive {
  /** Whether its members have checksums: `torch.save` can leave all of them out (`set_crc32_options(False)`). */
  readonly hasChecksums: boolean;
  /** The members by name, in the order of the directory, without folders. */
  readonly members: ReadonlyMap<string, ZipMember>;
  /** Returns the size of a member in the file, in bytes. */
  packedSize(name: string): number;
  /** Reads a member in pieces. At the end it verifies the length, and the checksum if the archive has checksums. */
  stream(name: string): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>;
  /** Reads a member and verifies it. */
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Reads the bytes `[begin, begin + length)` of a stored member, without verifying them. */
  readStored(name: string, begin: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** The bytes that are read at once: few of a packed member, because each can become {@linkcode maxRatio} bytes in memory. */
const storedChunk = 8 << 20, packedChunk = 64 << 10;

/** The maximum number of bytes that DEFLATE makes of one. */
const maxRatio = 1032;

/**
 * Opens a ZIP archive (PKWARE's APPNOTE, ZIP64 included) whose members are stored or deflated.
 *
 * @throws {UserError} if it is damaged or encrypted, or names a member twice; reading throws it for a damaged member
 */
export async function openZip(file: ByteFile): Promise<ZipArchive> {
  const entries = new Map<string, ZipEntry>();
  for (const entry of await readZipDirectory(file)) {
    if (entries.has(entry.name)) throw damaged(file, `it names ${JSON.stringify(entry.name)} twice`);
    check(file, entry);
    entries.set(entry.name, entry);
  }
  const hasChecksums = Array.from(entries.values()).some(({ size, checksum }) => size > 0 && checksum !== 0);
  const find = (name: string) => {
    const entry = entries.get(name);
    if (entry) return entry;
    throw new UserError(`${file.path} has no member ${name}`);
  };
  const archive: ZipArchive = {
    hasChecksums,
    members: new Map(Array.from(entries, ([name, entry]) => [name, memberOf(entry)])),
    packedSize: (name) => find(name).packedSize,
    stream: (name) => verified(file, find(name), hasChecksums),
    async read(name) {
      const bytes = new Uint8Array(find(name).size);
      let at = 0;
      for await (const chunk of archive.stream(name)) {
        bytes.set(chunk, at);
        at += chunk.length;
      }
      return bytes;
    },
    async readStored(name, begin, length) {
      const entry = find(name);
      if (!memberOf(entry).stored) throw new TypeError(`${name} is compressed`);
      if (begin + length > entry.size) throw new RangeError(`${name} has ${entry.size} bytes`);
      return await file.read(await dataStart(file, entry) + begin, length);
    },
  };
  return archive;
}

function damaged({ path }: ByteFile, problem: string, cause?: unknown): UserError {
  return new UserError(`${path} is a damaged archive: ${problem}`, { remedy: "Copy or download it again", cause });
}

function memberOf({ size, method }: ZipEntry): ZipMember {
  return { size, stored: method === 0 };
}

/**
 * Checks the entry of a member.
 *
 * @throws {UserError} for a member that cannot be read, or whose size is impossible
 */
function check(file: ByteFile, { name: member, encrypted, method, packedSize, size, offset }: ZipEntry): void {
  const name = JSON.stringify(member);
  if (encrypted) throw new UserError(`${file.path} is encrypted`);
  if (method !== 0 && method !== 8) {
    throw new UserError(`${file.path}: ${name} is compressed by a method that Thorax does not know`);
  }
  if (offset < 0 || offset + packedSize > file.size) throw damaged(file, `${name} does not lie in the file`);
  if (method === 0 ? size !== packedSize : size > packedSize * maxRatio) {
    throw damaged(file, `${name} says it is ${size} bytes long, and lies in ${packedSize}`);
  }
}

/** Finds where a member's bytes begin: behind a header of 30 bytes, its name and its extra fields. */
async function dataStart(file: ByteFile, { offset, name, packedSize }: ZipEntry): Promise<number> {
  const header = offset + 30 <= file.size ? await file.read(offset, 30) : new Uint8Array(30);
  const view = new DataView(header.buffer);
  const start = offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  if (view.getUint32(0, true) !== 0x04034b50 || start + packedSize > file.size) {
    throw damaged(file, `${JSON.stringify(name)} is not where its directory says`);
  }
  return start;
}

/** Reads a member in pieces, and verifies it. */
async function* verified(
  file: ByteFile,
  entry: ZipEntry,
  hasChecksums: boolean,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const fault = (cause?: unknown) => damaged(file, `${JSON.stringify(entry.name)} is not what was written`, cause);
  const { stored } = memberOf(entry), start = await dataStart(file, entry);
  const raw = ReadableStream.from(ranges(file, start, entry.packedSize, stored ? storedChunk : packedChunk));
  const bytes = stored ? raw : raw.pipeThrough(new DecompressionStream("deflate-raw"));
  let length = 0, checksum = 0;
  const reader = bytes.getReader();
  try {
    while (true) {
      const { done, value } = await reader.read().catch((cause) => {
        throw cause instanceof UserError ? cause : fault(cause);
      });
      if (done) break;
      length += value.length;
      if (length > entry.size) throw fault();
      checksum = crc32(value, checksum);
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  if (length !== entry.size || hasChecksums && checksum !== entry.checksum) throw fault();
}

async function* ranges(file: ByteFile, start: number, length: number, chunk: number) {
  for (let at = 0; at < length; at += chunk) yield await file.read(start + at, Math.min(chunk, length - at));
}

import type { Buffer } from "node:buffer";
// @ts-types="@types/yauzl"
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader } from "yauzl";
import { printable, UserError } from "../errors.ts";
import type { ByteFile } from "./byte_file.ts";

/** What an archive's directory says of a member. Nothing of it is compared with the file. */
export interface ZipEntry {
  readonly name: string;
  /** In bytes, decompressed. */
  readonly size: number;
  /** In bytes, as it lies in the file. */
  readonly packedSize: number;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly checksum: number;
  /** Where its local header begins in the file, in bytes. */
  readonly offset: number;
}

/**
 * A ZIP archive's directory (PKWARE's APPNOTE, ZIP64 included), folders left out. It is read where the archive's end says that it
 * lies, as Python's zipfile and PyTorch do, and not searched for: a record of the directory can look like its beginning.
 *
 * @throws {UserError} where the file has none
 */
export async function readZipDirectory(file: ByteFile): Promise<readonly ZipEntry[]> {
  try {
    const archive = await fromRandomAccessReaderPromise(new Window(file), file.size);
    const entries: ZipEntry[] = [];
    for await (const entry of archive.eachEntry()) if (!entry.fileName.endsWith("/")) entries.push(entryOf(entry));
    return entries;
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const reason = cause instanceof Error && !cause.message.startsWith("End of central directory record signature")
      ? `: ${printable(cause.message)}`
      : "";
    throw new UserError(`${file.path} is a damaged archive: it has no directory that can be read at its end${reason}`, {
      remedy: "Copy or download it again",
      cause,
    });
  }
}

function entryOf(entry: Entry): ZipEntry {
  return {
    name: entry.fileName,
    size: entry.uncompressedSize,
    packedSize: entry.compressedSize,
    method: entry.compressionMethod,
    encrypted: entry.isEncrypted(),
    checksum: entry.crc32,
    offset: entry.relativeOffsetOfLocalHeader,
  };
}

/** Entries are read one by one, from windows of the file that hold hundreds. */
const windowBytes = 1 << 16;

class Window extends RandomAccessReader {
  private start = 0;
  private bytes = new Uint8Array(0);

  constructor(private readonly file: ByteFile) {
    super();
  }

  override read(
    target: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, count?: number) => void,
  ): void {
    this.from(position, length).then(
      (bytes) => {
        target.set(bytes, offset);
        callback(null, bytes.length);
      },
      (error) => callback(error),
    );
  }

  /** At most `length` bytes from a place on: less where the file ends. */
  private async from(position: number, length: number): Promise<Uint8Array> {
    if (position < this.start || position + length > this.start + this.bytes.length) {
      this.start = Math.min(position, this.file.size);
      this.bytes = await this.file.read(
        this.start,
        Math.min(Math.max(length, windowBytes), this.file.size - this.start),
      );
    }
    return this.bytes.subarray(position - this.start, position - this.start + length);
  }
}

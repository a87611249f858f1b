import type { Buffer } from "node:buffer";
// @ts-types="@types/yauzl"
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader } from "yauzl";
import { printable, UserError } from "../errors.ts";
import type { ByteFile } from "./byte_file.ts";

/** A member in an archive's directory. Nothing of it has been compared with the file. */
export interface ZipEntry {
  readonly name: string;
  /** The decompressed size in bytes. */
  readonly size: number;
  /** The size in the file, in bytes. */
  readonly packedSize: number;
  /** The compression method: 0 for stored, 8 for deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly checksum: number;
  /** The position of its local header in the file, in bytes. */
  readonly offset: number;
}

/**
 * Reads the directory of a ZIP archive (PKWARE's APPNOTE, ZIP64 included), without folders. It is read at the position that the end of
 * the archive names, as Python's zipfile and PyTorch do. Searching for it would be wrong, because a record of the directory can look
 * like its beginning.
 *
 * @throws {UserError} if the file has no directory
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

/** The size of the windows that are read from the file; entries are read one by one, and a window holds hundreds. */
const windowBytes = 1 << 16;

/** Reads a file through a window. */
class Window extends RandomAccessReader {
  readonly #file: ByteFile;
  #start = 0;
  #bytes = new Uint8Array(0);

  constructor(file: ByteFile) {
    super();
    this.#file = file;
  }

  override read(
    target: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, count?: number) => void,
  ): void {
    this.#from(position, length).then(
      (bytes) => {
        target.set(bytes, offset);
        callback(null, bytes.length);
      },
      (error) => callback(error),
    );
  }

  /** Reads at most `length` bytes; fewer at the end of the file. */
  async #from(position: number, length: number): Promise<Uint8Array> {
    if (position < this.#start || position + length > this.#start + this.#bytes.length) {
      this.#start = Math.min(position, this.#file.size);
      this.#bytes = await this.#file.read(
        this.#start,
        Math.min(Math.max(length, windowBytes), this.#file.size - this.#start),
      );
    }
    return this.#bytes.subarray(position - this.#start, position - this.#start + length);
  }
}

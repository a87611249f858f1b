/** Bytes with random access, in memory or in a file, so that one reader of a format serves both. */
export interface ByteSource {
  /** How many bytes there are. */
  readonly size: number;
  /**
   * Returns the `length` bytes from `at` on, valid until the next call.
   *
   * @throws {UnexpectedEndError} where there are fewer
   */
  read(at: number, length: number): Uint8Array;
}

/** The error for a file that ends before its format's data do. */
export class UnexpectedEndError extends Error {
  /** Makes the error. */
  constructor() {
    super("the file ends early");
  }
}

/** A source of bytes in memory; it returns views of them. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(at, length) {
      if (at + length > bytes.length) throw new UnexpectedEndError();
      return bytes.subarray(at, at + length);
    },
  };
}

/** A source of an open file of `size` bytes. It reads and keeps the first 1,024, where headers are. */
export function fileSource(file: Deno.FsFile, size: number): ByteSource {
  const readInto = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) {
      const count = file.readSync(bytes.subarray(at));
      if (count === null) throw new UnexpectedEndError();
      at += count;
    }
    return bytes;
  };
  const head = bytesSource(readInto(new Uint8Array(Math.min(size, 1024))));
  return {
    size,
    read(at, length) {
      if (at + length <= head.size) return head.read(at, length);
      if (at + length > size) throw new UnexpectedEndError();
      file.seekSync(at, Deno.SeekMode.Start);
      return readInto(new Uint8Array(length));
    },
  };
}

/** Bytes that can be read anywhere, in memory or in a file, so that one reader of a format serves both. */
export interface ByteSource {
  readonly size: number;
  /** The `length` bytes from `at` on, valid until the next call. Throws {@linkcode UnexpectedEndError} where there are fewer. */
  read(at: number, length: number): Uint8Array;
}

/** Says that a file ends before what its format promises. */
export class UnexpectedEndError extends Error {
  constructor() {
    super("the file ends early");
  }
}

/** Bytes in memory; what is read are views of them. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(at, length) {
      if (at + length > bytes.length) throw new UnexpectedEndError();
      return bytes.subarray(at, at + length);
    },
  };
}

/** An open file of `size` bytes, whose first thousand are read at once and kept: headers are there. */
export function fileSource(file: Deno.FsFile, size: number): ByteSource {
  const readInto = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) {
      const got = file.readSync(bytes.subarray(at));
      if (got === null) throw new UnexpectedEndError();
      at += got;
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

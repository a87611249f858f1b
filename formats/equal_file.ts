import { Buffer } from "node:buffer";
import { UserError } from "../errors.ts";
import { type ByteFile, openByteFile } from "./byte_file.ts";

/** Ends a comparison at the first difference. */
class DifferenceError extends Error {}

/**
 * Tells whether a file has exactly the bytes that `write` appends. `write` is stopped at the first piece that differs,
 * and is not called where the file cannot be read.
 */
export async function hasBytes(
  path: string,
  write: (append: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>) => Promise<void>,
): Promise<boolean> {
  try {
    using file = await openByteFile(path);
    let at = 0;
    await write(async (bytes) => {
      if (!await matches(file, at, bytes)) throw new DifferenceError();
      at += bytes.length;
    });
    return at === file.size;
  } catch (error) {
    if (error instanceof DifferenceError || error instanceof UserError) return false;
    throw error;
  }
}

/** The most bytes read at a time, so that a long tensor needs no second buffer of its size. */
const chunkBytes = 8 << 20;

async function matches(file: ByteFile, start: number, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  if (start + bytes.length > file.size) return false;
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = bytes.subarray(at, at + chunkBytes);
    if (Buffer.compare(await file.read(start + at, chunk.length), chunk) !== 0) return false;
  }
  return true;
}

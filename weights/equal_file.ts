import { Buffer } from "node:buffer";
import { UserError } from "../errors.ts";
import { type ByteFile, openByteFile } from "../formats/byte_file.ts";

/** Ends a comparison: the bytes are others. */
class Differs extends Error {}

/**
 * Whether a file has exactly the bytes that `write` appends. `write` is stopped at the first piece that differs; where the file cannot
 * be read, it is not begun.
 */
export async function hasBytes(
  path: string,
  write: (append: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>) => Promise<void>,
): Promise<boolean> {
  try {
    using file = await openByteFile(path);
    let at = 0;
    await write(async (bytes) => {
      if (!await matches(file, at, bytes)) throw new Differs();
      at += bytes.length;
    });
    return at === file.size;
  } catch (error) {
    if (error instanceof Differs || error instanceof UserError) return false;
    throw error;
  }
}

/** What is read at a time, so that a long tensor needs no second buffer of its size. */
const chunkBytes = 8 << 20;

async function matches(file: ByteFile, start: number, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  if (start + bytes.length > file.size) return false;
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = bytes.subarray(at, at + chunkBytes);
    if (Buffer.compare(await file.read(start + at, chunk.length), chunk) !== 0) return false;
  }
  return true;
}

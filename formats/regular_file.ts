import { UserError } from "../errors.ts";
import { openByteFile } from "./byte_file.ts";

/** How much of what is read. */
export interface RegularFileOptions {
  /** The greatest size that is read, in bytes. */
  readonly limit: number;
  /** What the file is, for messages: `a label table`. */
  readonly what: string;
}

/**
 * Reads a whole file. A pipe, a device or a folder is refused unopened, and what is longer than `limit` unread, so no file
 * can make the program wait or take memory without an end.
 *
 * @throws {UserError} where it is no regular file, is too long, or the system refuses (the system's error is its `cause`)
 */
export async function readRegularFile(
  path: string,
  { limit, what }: RegularFileOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  using file = await openByteFile(path);
  if (file.size > limit) throw new UserError(`${path} has ${file.size} bytes, and ${what} has at most ${limit}`);
  return await file.read(0, file.size);
}

/** {@linkcode readRegularFile}, or `undefined` where there is no such file. */
export async function readFileIfThere(
  path: string,
  options: RegularFileOptions,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await readRegularFile(path, options);
  } catch (error) {
    if (error instanceof UserError && error.cause instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

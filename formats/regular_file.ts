import { UserError } from "../errors.ts";
import { openByteFile } from "./byte_file.ts";

/** Options of {@linkcode readRegularFile}. */
export interface RegularFileOptions {
  /** The maximum size in bytes. */
  readonly limit: number;
  /** The kind of file in messages: `a label table`. */
  readonly what: string;
}

/**
 * Reads a regular file. It does not open a pipe, a device or a folder, and does not read a file longer than `limit`, so that no
 * file makes the program wait or takes all memory.
 *
 * @throws {UserError} if it is not a regular file, is too long, or the system refuses (the system's error is its `cause`)
 */
export async function readRegularFile(
  path: string,
  { limit, what }: RegularFileOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  using file = await openByteFile(path);
  if (file.size > limit) throw new UserError(`${path} has ${file.size} bytes, and ${what} has at most ${limit}`);
  return await file.read(0, file.size);
}

/**
 * Reads a regular file as {@linkcode readRegularFile} does, or returns `undefined` if it does not exist.
 *
 * @throws {UserError} if it is not a regular file, is too long, or the system refuses
 */
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

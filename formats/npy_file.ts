import { UserError } from "../errors.ts";
import { openByteFile } from "./byte_file.ts";
import { longestHeader, type NpyArray, readNpy, readNpyHeader } from "./npy.ts";

/** The greatest `.npy` file that is read, in bytes: 20,000 float32 images of 224². */
const mostBytes = 2 ** 32;

/**
 * Reads a `.npy` file (see {@linkcode readNpy}). Its header must agree with its size before its elements are read.
 *
 * @throws {UserError} where it is no regular file, no array of numbers, or longer than 4 GiB
 */
export async function readNpyFile(path: string): Promise<NpyArray> {
  using file = await openByteFile(path);
  readNpyHeader(await file.read(0, Math.min(file.size, longestHeader)), { name: path, size: file.size });
  if (file.size > mostBytes) {
    throw new UserError(`${path} has ${file.size} bytes, and at most ${mostBytes} are read`, {
      remedy: "Save it in several files",
    });
  }
  return readNpy(await file.read(0, file.size), path);
}

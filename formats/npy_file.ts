import { UserError } from "../errors.ts";
import { openByteFile } from "./byte_file.ts";
import { longestHeader, type NpyArray, readNpy, readNpyHeader } from "./npy.ts";

/** The maximum size of a `.npy` file in bytes: 20,000 float32 images of 224². */
const maxBytes = 2 ** 32;

/**
 * Reads a `.npy` file (see {@linkcode readNpy}). It compares the header with the file's size before it reads the elements.
 *
 * @throws {UserError} if it is not a regular file, not an array of numbers, or longer than 4 GiB
 */
export async function readNpyFile(path: string): Promise<NpyArray> {
  using file = await openByteFile(path);
  readNpyHeader(await file.read(0, Math.min(file.size, longestHeader)), { name: path, size: file.size });
  if (file.size > maxBytes) {
    throw new UserError(`${path} has ${file.size} bytes, and at most ${maxBytes} are read`, {
      remedy: "Save it in several files",
    });
  }
  return readNpy(await file.read(0, file.size), path);
}

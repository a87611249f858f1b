import { UserError } from "../errors.ts";
import type { ZipArchive } from "./zip.ts";

/** The maximum size of a member in bytes: twice the training images of `chestmnist_224.npz`. */
const maxBytes = 2 ** 33;

/** A compressed member up to this size in bytes may have any compression ratio. */
const uncheckedBytes = 2 ** 26;

/** The maximum compression ratio of a larger member. Films and weights reach 2 or 3, zeros 1032. */
const maxRatio = 100;

/**
 * Checks the size of an archive's member before it is read.
 *
 * @param member `place` is what a message calls it, `remedy` what to do where it is meant
 * @throws {UserError} above 8 GiB, and above 64 MiB where it is more than 100 times its size in the file
 */
export function checkPackedSize(
  { members, packedSize }: ZipArchive,
  { name, place, remedy }: { readonly name: string; readonly place: string; readonly remedy: string },
): void {
  const { size = 0, stored = false } = members.get(name) ?? {};
  if (size > maxBytes) throw new UserError(`${place} takes ${size} bytes, and at most ${maxBytes} are read`);
  const packed = packedSize(name);
  if (stored || size <= Math.max(uncheckedBytes, packed * maxRatio)) return;
  throw new UserError(`${place} would take ${size} bytes, out of ${packed}`, { remedy });
}

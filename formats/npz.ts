import { UserError } from "../errors.ts";
import { openByteFile } from "./byte_file.ts";
import { type NpyArray, type NpyHeader, readNpy, readNpyHeader } from "./npy.ts";
import { openZip, type ZipArchive } from "./zip.ts";

/** Room for any header of format 1, which arrays of numbers have. */
const headBytes = 10 + 0xffff;

/** An open `.npz` file. */
export interface NpzFile extends Disposable {
  readonly path: string;
  /** Names of its arrays, without `.npy`. */
  readonly names: readonly string[];
  /** What an array's header says, and nothing of its elements. */
  header(name: string): Promise<NpyHeader>;
  /** An array, its checksum verified. */
  read(name: string): Promise<NpyArray>;
}

/**
 * Opens an `.npz` file (`numpy.savez`, `savez_compressed`).
 *
 * @throws {UserError} where the file, or an array when it is read, is damaged or missing
 */
export async function openNpz(path: string): Promise<NpzFile> {
  const file = await openByteFile(path);
  try {
    return npzOf(path, await openZip(file), () => file[Symbol.dispose]());
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

function npzOf(path: string, archive: ZipArchive, close: () => void): NpzFile {
  const members = new Map(Array.from(archive.members.keys(), (member) => [member.replace(/\.npy$/, ""), member]));
  const memberOf = (name: string) => {
    const member = members.get(name);
    if (member !== undefined) return member;
    throw new UserError(`${path} has no array ${name}; it has ${[...members.keys()].join(", ") || "none"}`);
  };
  const place = (name: string) => `${path}, array ${name},`;
  return {
    path,
    names: [...members.keys()],
    async header(name) {
      const member = memberOf(name);
      const size = archive.members.get(member)?.size ?? 0;
      return readNpyHeader(await head(archive, member), { name: place(name), size });
    },
    read: async (name) => readNpy(await archive.read(memberOf(name)), place(name)),
    [Symbol.dispose]: close,
  };
}

/** A member's first bytes. */
async function head(archive: ZipArchive, member: string): Promise<Uint8Array<ArrayBuffer>> {
  const { size = 0, stored = false } = archive.members.get(member) ?? {};
  const length = Math.min(headBytes, size);
  if (stored) return await archive.readStored(member, 0, length);
  const bytes = new Uint8Array(length);
  let at = 0;
  for await (const chunk of archive.stream(member)) {
    bytes.set(chunk.subarray(0, length - at), at);
    at += chunk.length;
    if (at >= length) break;
  }
  return bytes;
}

/** Names of the arrays in an `.npz` file, without `.npy`. Throws a {@linkcode UserError} where it is no archive. */
export async function listNpz(path: string): Promise<readonly string[]> {
  using file = await openNpz(path);
  return file.names;
}

/** One array of an `.npz` file; see {@linkcode openNpz}. */
export async function readNpz(path: string, array: string): Promise<NpyArray> {
  using file = await openNpz(path);
  return await file.read(array);
}

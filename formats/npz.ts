import { UserError } from "../errors.ts";
import { openByteFile } from "./byte_file.ts";
import { longestHeader, type NpyArray, type NpyHeader, readNpy, readNpyHeader } from "./npy.ts";
import { openZip, type ZipArchive } from "./zip.ts";

/** The greatest array that is read, in bytes: twice the training images of `chestmnist_224.npz`. */
const mostBytes = 2 ** 33;

/** A compressed array may have this size whatever it is compressed to, in bytes. */
const freeBytes = 2 ** 26;

/** Beyond that it may be this many times its compressed size. Films and weights reach 2 or 3, zeros 1032. */
const greatestRatio = 100;

/** An open `.npz` file. */
export interface NpzFile extends Disposable {
  readonly path: string;
  /** Names of its arrays, without `.npy`. */
  readonly names: readonly string[];
  /** What an array's header says, and nothing of its elements. */
  header(name: string): Promise<NpyHeader>;
  /** An array of at most 8 GiB, its checksum verified; above 64 MiB at most 100 times its size in the file. */
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
  const members = new Map<string, string>();
  for (const member of archive.members.keys()) {
    const name = member.replace(/\.npy$/, "");
    if (members.has(name)) throw new UserError(`${path} has two arrays of the name ${name}`);
    members.set(name, member);
  }
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
    async read(name) {
      const member = memberOf(name);
      checkSize(place(name), archive, member);
      return readNpy(await archive.read(member), place(name));
    },
    [Symbol.dispose]: close,
  };
}

/** Refuses an array that would take more memory than a file of its size can be meant to fill. */
function checkSize(place: string, { members, packedSize }: ZipArchive, member: string): void {
  const { size = 0, stored = false } = members.get(member) ?? {};
  if (size > mostBytes) throw new UserError(`${place} takes ${size} bytes, and at most ${mostBytes} are read`);
  const packed = packedSize(member);
  if (stored || size <= Math.max(freeBytes, packed * greatestRatio)) return;
  throw new UserError(`${place} would take ${size} bytes, out of ${packed}`, {
    remedy: "If it is meant, save it uncompressed, with numpy.savez",
  });
}

/** A member's first bytes. */
async function head(archive: ZipArchive, member: string): Promise<Uint8Array<ArrayBuffer>> {
  const { size = 0, stored = false } = archive.members.get(member) ?? {};
  const length = Math.min(longestHeader, size);
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

import { UserError } from "../errors.ts";
import { openByteFile } from "./byte_file.ts";
import { longestHeader, type NpyArray, type NpyHeader, readNpy, readNpyHeader } from "./npy.ts";
import { checkPackedSize } from "./packed_size.ts";
import { openZip, type ZipArchive } from "./zip.ts";

const uncompressed = "If it is meant, save it uncompressed, with numpy.savez";

/** An open `.npz` file. */
export interface NpzFile extends Disposable {
  readonly path: string;
  /** The names of its arrays, without `.npy`. */
  readonly names: readonly string[];
  /** Reads the header of an array, and none of its elements. */
  header(name: string): Promise<NpyHeader>;
  /** Reads an array of at most 8 GiB and verifies its checksum. Above 64 MiB it has at most 100 times its size in the file. */
  read(name: string): Promise<NpyArray>;
}

/**
 * Opens an `.npz` file (`numpy.savez`, `savez_compressed`).
 *
 * @throws {UserError} if the file is damaged or missing; reading throws it for a damaged or missing array
 */
export async function openNpz(path: string): Promise<NpzFile> {
  using stack = new DisposableStack();
  const file = stack.use(await openByteFile(path));
  const npz = npzOf(path, await openZip(file), () => file[Symbol.dispose]());
  stack.move(); // the caller closes the file from now on
  return npz;
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
      checkPackedSize(archive, { name: member, place: place(name), remedy: uncompressed });
      return readNpy(await archive.read(member), place(name));
    },
    [Symbol.dispose]: close,
  };
}

/** Reads the first bytes of a member. */
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

/**
 * Lists the names of the arrays in an `.npz` file, without `.npy`.
 *
 * @throws {UserError} if it is not an archive
 */
export async function listNpz(path: string): Promise<readonly string[]> {
  using file = await openNpz(path);
  return file.names;
}

import { systemReason, UserError } from "../errors.ts";

/** A file that can be read at any position. */
export interface ByteFile extends Disposable {
  readonly path: string;
  /** The size in bytes. */
  readonly size: number;
  /** Reads the bytes `[at, at + length)`. Calls may overlap. */
  read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** The number of bytes of one `read` call, so that a long tensor does not block the event loop. */
const chunkBytes = 8 << 20;

/**
 * Opens a file.
 *
 * @throws {UserError} if the system refuses or the path is not a file; while reading (exit status 1), if the file became shorter
 */
export async function openByteFile(path: string): Promise<ByteFile> {
  const [file, size] = await open(path);
  let queue: Promise<unknown> = Promise.resolve(); // a file has one position, so reads take turns
  return {
    path,
    size,
    async read(at, length) {
      const bytes = new Uint8Array(length);
      const turn = queue.then(async () => {
        await file.seek(at, Deno.SeekMode.Start);
        await fill(file, bytes, path);
      });
      queue = turn.catch(() => {});
      await turn;
      return bytes;
    },
    [Symbol.dispose]: () => file.close(),
  };
}

async function open(path: string): Promise<[Deno.FsFile, number]> {
  try {
    // checked first, because opening a named pipe waits for its writer
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) throw new UserError(`${path} is not a file`);
    return [await Deno.open(path), size];
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(`cannot read ${path}: ${systemReason(cause)}`, { cause });
  }
}

async function fill(file: Deno.FsFile, bytes: Uint8Array<ArrayBuffer>, path: string): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const count = await file.read(bytes.subarray(at, at + chunkBytes)).catch((cause) => {
      throw new UserError(`cannot read ${path}: ${systemReason(cause)}`, { exitStatus: 1, cause });
    });
    if (count === null) throw new UserError(`${path} became shorter while it was read`, { exitStatus: 1 });
    at += count;
  }
}

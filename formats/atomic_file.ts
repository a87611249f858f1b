import { basename, dirname, join } from "node:path";
import { systemReason, UserError } from "../errors.ts";
import type { Append } from "./append.ts";
import { hasBytes } from "./equal_file.ts";

/**
 * The most bytes of one `write` call, so that a long tensor neither holds the event loop nor needs a second buffer of
 * its size.
 */
const chunkBytes = 8 << 20;

/** Options of {@linkcode replaceFile}. */
export interface ReplaceFileOptions {
  /**
   * Files that may already have the same bytes. The new file becomes a hard link to the first that has, which takes no
   * space of its own, where the file system supports links. `write` is called once for each comparison.
   */
  readonly linkTargets?: readonly string[];
}

/**
 * Writes a whole file, or leaves the old one as it was: the bytes go to a temporary file beside `path`, are synced to
 * the disk, and only then does the temporary file take the name `path`. An error removes the temporary file; one that a
 * killed process left behind is removed by the next call in that folder. (A running process holds a lock on its own
 * temporary file, which dies with the process.)
 *
 * @throws {UserError} exit status 1, where the system refuses: no space, no permission, no such folder
 */
export async function replaceFile(
  path: string,
  write: (append: Append) => Promise<void>,
  { linkTargets = [] }: ReplaceFileOptions = {},
): Promise<void> {
  const folder = dirname(path);
  await sweep(folder);
  for (const target of linkTargets) {
    if (await hasBytes(target, write) && await link(target, path)) return await syncFolder(folder);
  }
  const [temporary, opened] = await explain(path, () => openTemporary(path));
  try {
    using file = opened;
    await write((bytes) => explain(path, () => writeAll(file, bytes)));
    await explain(path, async () => {
      await file.sync();
      await Deno.rename(temporary, path);
    });
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(folder);
}

/**
 * Makes `path` a hard link to the file `target`, in place of the file that `path` was; either keeps its bytes when the
 * other is replaced.
 *
 * @returns false where the system cannot link: across file systems, or on one without links
 */
async function link(target: string, path: string): Promise<boolean> {
  const temporary = temporaryOf(path);
  try {
    await Deno.link(target, temporary);
    await Deno.rename(temporary, path);
    return true;
  } catch {
    return false;
  } finally {
    // POSIX lets `rename` do nothing where both names are of one file already.
    await Deno.remove(temporary).catch(() => {});
  }
}

const temporaryName = /^\..+\.thorax-[0-9a-f]{8}\.partial$/;

function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.thorax-${crypto.randomUUID().slice(0, 8)}.partial`);
}

async function openTemporary(path: string): Promise<[string, Deno.FsFile]> {
  while (true) {
    const temporary = temporaryOf(path);
    const file = await Deno.open(temporary, { write: true, createNew: true });
    // Some network folders have no locks; temporary files are not removed there.
    await file.lock(true).catch(() => {});
    // Another process may have removed it in the moment before the lock.
    if (await exists(temporary)) return [temporary, file];
    file.close();
  }
}

/** Removes temporary files that no process holds. It ignores errors: the write itself will report what is wrong. */
async function sweep(folder: string): Promise<void> {
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (!temporaryName.test(name)) continue;
      const path = join(folder, name);
      using file = await Deno.open(path, { write: true });
      if (await file.tryLock(true)) await Deno.remove(path);
    }
  } catch {
    return;
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at, at + chunkBytes));
}

/** Makes the new name itself durable, which Windows and some network folders cannot do. */
async function syncFolder(folder: string): Promise<void> {
  try {
    using handle = await Deno.open(folder);
    await handle.sync();
  } catch {
    return;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Runs an action that writes `path`.
 *
 * @throws {UserError} exit status 1, in place of any error of the action
 */
export async function explain<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw new UserError(`cannot write ${path}: ${systemReason(cause)}`, { exitStatus: 1, cause });
  }
}

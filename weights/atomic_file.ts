import { basename, dirname, join } from "node:path";
import { systemReason, UserError } from "../errors.ts";

/** Writes bytes after those already written. */
export type Append = (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

/** One `write` call's share, so that a long tensor does not hold the event loop or need a second buffer of its size. */
const chunkBytes = 8 << 20;

/**
 * Writes a whole file or leaves what was there: the bytes go to a temporary file beside it, reach the disk, and only then
 * take its name. On an error the temporary file is removed; one that a killed process left behind is removed by the next
 * call in that folder. (A running process holds a lock on its own, which dies with it.)
 *
 * @throws {UserError} exit status 1, where the system refuses: no space, no permission, no such folder
 */
export async function replaceFile(path: string, write: (append: Append) => Promise<void>): Promise<void> {
  const folder = dirname(path);
  await sweep(folder);
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

const temporaryName = /^\..+\.thorax-[0-9a-f]{8}\.partial$/;

async function openTemporary(path: string): Promise<[string, Deno.FsFile]> {
  while (true) {
    const name = `.${basename(path)}.thorax-${crypto.randomUUID().slice(0, 8)}.partial`;
    const temporary = join(dirname(path), name);
    const file = await Deno.open(temporary, { write: true, createNew: true });
    // Some network folders know no locks; nothing is swept there.
    await file.lock(true).catch(() => {});
    // Another process may have swept it in the moment before the lock.
    if (await exists(temporary)) return [temporary, file];
    file.close();
  }
}

/** Removes temporary files that no process holds. It is a courtesy: whatever goes wrong, the write itself will tell. */
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

/** Makes the new name itself durable; Windows, and some network folders, cannot. */
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

/** Runs what the system may refuse to do for `path`; an error of its is a UserError. */
export async function explain<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw new UserError(`cannot write ${path}: ${systemReason(cause)}`, { exitStatus: 1, cause });
  }
}

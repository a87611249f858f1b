import { basename, dirname, join } from "node:path";
import { systemReason, UserError } from "../errors.ts";
import { hasBytes } from "./equal_file.ts";

/** Writes bytes after those already written. */
export type Append = (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

/** One `write` call's share, so that a long tensor does not hold the event loop or need a second buffer of its size. */
const chunkBytes = 8 << 20;

/**
 * Writes a whole file or leaves what was there: the bytes go to a temporary file beside it, reach the disk, and only then
 * take its name. On an error the temporary file is removed; one that a killed process left behind is removed by the next
 * call in that folder. (A running process holds a lock on its own, which dies with it.)
 *
 * `twins` names files that may have the same bytes: `path` becomes another name of the first that has them, which takes no
 * room of its own, where the file system can do that. `write` is called for each comparison too.
 *
 * @throws {UserError} exit status 1, where the system refuses: no space, no permission, no such folder
 */
export async function replaceFile(
  path: string,
  write: (append: Append) => Promise<void>,
  { twins = [] }: { readonly twins?: readonly string[] } = {},
): Promise<void> {
  const folder = dirname(path);
  await sweep(folder);
  for (const twin of twins) {
    if (await hasBytes(twin, write) && await link(twin, path)) return await syncFolder(folder);
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
 * Makes `path` another name of the file `twin` (a hard link), in place of what it was the name of; either keeps its file when the other
 * is replaced. False where that cannot be: on another file system, or on one without links.
 */
async function link(twin: string, path: string): Promise<boolean> {
  const temporary = temporaryOf(path);
  try {
    await Deno.link(twin, temporary);
    await Deno.rename(temporary, path);
    return true;
  } catch {
    return false;
  } finally {
    // POSIX lets `rename` do nothing where both are names of one file already
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

import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import type { Append } from "./append.ts";
import { explain, replaceFile } from "./atomic_file.ts";

/** Writes a file of a folder; `name` may lead through subfolders. */
export type WriteFile = (name: string, write: (append: Append) => Promise<void>) => Promise<void>;

/**
 * Creates a whole folder or none: its files are written into a hidden folder beside it, which takes the name `path`
 * once all of them are on the disk, and is removed on an error. A file or folder that already has the name stays as it
 * is.
 *
 * @throws {UserError} where `path` exists and is not an empty folder; with exit status 1, where the system refuses to
 * write
 */
export async function createFolder(path: string, write: (file: WriteFile) => Promise<void>): Promise<void> {
  const target = resolve(path);
  if (!await isFree(target)) {
    throw new UserError(`${path} already exists`, { remedy: "Remove it, or name a folder that does not exist yet" });
  }
  const temporary = join(dirname(target), `.${basename(target)}.thorax-${crypto.randomUUID().slice(0, 8)}.unfinished`);
  try {
    await explain(path, () => Deno.mkdir(temporary));
    await write(async (name, write) => {
      const file = join(temporary, name);
      await explain(path, () => Deno.mkdir(dirname(file), { recursive: true }));
      await replaceFile(file, write);
    });
    await explain(path, () => Deno.rename(temporary, target));
  } catch (error) {
    await Deno.remove(temporary, { recursive: true }).catch(() => {});
    throw error;
  }
}

/** Whether nothing, or only an empty folder, has the name. */
async function isFree(path: string): Promise<boolean> {
  try {
    return await Array.fromAsync(Deno.readDir(path)).then(({ length }) => length === 0);
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

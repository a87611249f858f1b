import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { type Append, explain, replaceFile } from "./atomic_file.ts";

/** Writes a file of a folder; `name` may have folders of its own. */
export type WriteFile = (name: string, write: (append: Append) => Promise<void>) => Promise<void>;

/**
 * Makes a whole folder or none: its files are written into a hidden one beside it, which takes its name when all of them are on the
 * disk, and is removed on an error. What is there already stays as it is.
 *
 * @throws {UserError} where something that is not an empty folder has the name; exit status 1, where the system refuses
 */
export async function createFolder(path: string, write: (file: WriteFile) => Promise<void>): Promise<void> {
  const target = resolve(path);
  if (!await isFree(target)) {
    throw new UserError(`${path} is there already`, { remedy: "Remove it, or give a folder that is not there yet" });
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

/** Whether nothing has the name, or an empty folder. */
async function isFree(path: string): Promise<boolean> {
  try {
    return await Array.fromAsync(Deno.readDir(path)).then(({ length }) => length === 0);
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

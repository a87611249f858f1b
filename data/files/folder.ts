import { systemReason, UserError } from "../../errors.ts";

/**
 * Lists a folder's entries, sorted by name; none where there is no such folder.
 *
 * @throws {UserError} where the system refuses
 */
export async function entries(directory: string): Promise<Deno.DirEntry[]> {
  try {
    const found = await Array.fromAsync(Deno.readDir(directory));
    return found.sort((a, b) => a.name < b.name ? -1 : 1); // the system's own order differs from disk to disk
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) return [];
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    throw new UserError(`cannot read ${directory}: ${systemReason(cause)}`, { cause });
  }
}

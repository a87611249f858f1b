import { UserError } from "../../errors.ts";
import type { Library } from "./find.ts";
import { changedFile, invalidate } from "./manifest.ts";

/** How to find and open a library, and where to report a repair. */
export interface LibraryOpener<T> {
  readonly find: () => Promise<Library>;
  readonly open: (library: Library) => T;
  /** Is given a line about a repair. */
  readonly tell: (line: string) => void;
}

/**
 * Opens TensorFlow's library. If a library of the cache has wrong checksums or cannot be opened, it is installed again. A library that
 * the user named or installed for Python stays as it is.
 *
 * @throws {UserError} if it can neither be opened nor installed again
 */
export async function openOrReinstall<T>(
  { find, open, tell }: LibraryOpener<T>,
): Promise<{ library: Library; opened: T }> {
  const library = await find();
  if (library.origin !== "cache") return { library, opened: open(library) };
  const folder = library.directory.slice(0, library.directory.lastIndexOf("/"));
  const changed = await changedFile(folder);
  let fault = changed && `${folder}/${changed} is not the file that was installed`;
  if (!fault) {
    try {
      return { library, opened: open(library) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      fault = error.cause instanceof Error ? error.cause.message : error.message;
    }
  }
  tell(`The TensorFlow in the cache is damaged (${fault}). Thorax installs it again.`);
  await invalidate(folder);
  const repaired = await find();
  return { library: repaired, opened: open(repaired) };
}

/** Returns the remedy for a library that cannot be opened, by its origin. */
export function remedyFor(origin: Library["origin"]): string {
  switch (origin) {
    case "option":
      return "Name another folder with --tensorflow-library, or leave the option out";
    case "environment":
      return "Set THORAX_LIBTENSORFLOW to another folder, or unset it and run `deno task setup`";
    case "python":
      return "Install TensorFlow for python3 again, or name another folder with --tensorflow-library";
    case "cache":
    case "installed":
      return "Run `deno task setup`, which installs it again, or name another folder with --tensorflow-library";
  }
}

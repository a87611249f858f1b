import { fileURLToPath } from "node:url";

/** What tells where a command was called. */
export interface Surroundings {
  /** The folder that the program runs in. */
  readonly cwd: string;
  /** The program's own folder, of `deno.json`. */
  readonly root: string;
  /** The environment variable INIT_CWD. */
  readonly initCwd?: string;
  readonly isFolder: (path: string) => boolean;
}

/**
 * The folder that the paths of a command line are meant from. `deno task` runs the program in its own folder, wherever it was called, and
 * keeps the caller's in INIT_CWD (npm's convention). Elsewhere the program was called without it, and INIT_CWD, where there is one, is
 * about another program.
 */
export function callersFolder({ cwd, root, initCwd, isFolder }: Surroundings): string {
  return cwd === root && initCwd !== undefined && isFolder(initCwd) ? initCwd : cwd;
}

/** Makes the caller's folder the program's, so that every relative path, given or a default, is taken from there. */
export function enterCallersFolder(): void {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "INIT_CWD" });
  if (state !== "granted") return; // a command that may not ask takes no paths
  Deno.chdir(callersFolder({
    cwd: Deno.cwd(),
    root: Deno.realPathSync(fileURLToPath(new URL("..", import.meta.url))),
    initCwd: Deno.env.get("INIT_CWD"),
    isFolder,
  }));
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

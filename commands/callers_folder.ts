import { fileURLToPath } from "node:url";

/** Where the program runs, and from where it was called. */
export interface Surroundings {
  /** The folder that the program runs in. */
  readonly cwd: string;
  /** The program's own folder, which holds `deno.json`. */
  readonly root: string;
  /** The environment variable INIT_CWD. */
  readonly initCwd?: string;
  readonly isFolder: (path: string) => boolean;
}

/**
 * Returns the folder that the relative paths of a command line start from. `deno task` runs the program in the program's own folder and
 * reports the caller's folder in INIT_CWD, as npm does. In any other folder the program was called without `deno task`; an INIT_CWD then
 * belongs to another program.
 */
export function callersFolder({ cwd, root, initCwd, isFolder }: Surroundings): string {
  return cwd === root && initCwd !== undefined && isFolder(initCwd) ? initCwd : cwd;
}

/** Changes to the caller's folder, so that every relative path, given or a default, starts from there. */
export function enterCallersFolder(): void {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "INIT_CWD" });
  if (state !== "granted") return; // a command without that permission takes no paths
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

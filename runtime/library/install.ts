import { UserError } from "../../errors.ts";
import { sha256 } from "./checksum.ts";
import { download } from "./download.ts";
import { extract } from "./extract.ts";
import { exclusiveLock } from "./lock.ts";
import { isComplete, writeManifest } from "./manifest.ts";
import { noSpace, notPinned, notWritable } from "./pip_error.ts";
import type { OnProgress } from "./progress.ts";
import { isNeeded, type Wheel } from "./wheels.ts";

/** Options of {@linkcode install}. */
export interface Installation {
  /** The cache folder; it is created if it does not exist. */
  readonly cache: string;
  /** The name of the installation, a folder in the cache. */
  readonly name: string;
  readonly wheels: readonly Wheel[];
  readonly onProgress: OnProgress;
}

const stagingPrefix = ".partial-";

/**
 * Installs the needed members of wheels as the folder `cache/name`. The folder appears at the end, complete, because it is filled
 * under another name and renamed. One process installs while others wait. Files that a killed process left are removed.
 *
 * @returns `"cache"` if another process installed it while this one waited
 * @throws {UserError} (exit status 1) without python3 or pip, without network, disk space or write access, or if a wheel's SHA-256
 * differs
 */
export async function install({ cache, name, wheels, onProgress }: Installation): Promise<"installed" | "cache"> {
  const folder = `${cache}/${name}`;
  try {
    await Deno.mkdir(cache, { recursive: true });
    using _lock = await exclusiveLock(`${cache}/install.lock`, () => onProgress({ step: "wait" }));
    if (await isComplete(folder, wheels)) return "cache";
    await removeStaging(cache);
    const staging = await Deno.makeTempDir({ dir: cache, prefix: stagingPrefix });
    try {
      await fill(staging, { folder, wheels, onProgress });
    } finally {
      await removeStaging(cache);
    }
    onProgress({ step: "end", folder });
    return "installed";
  } catch (error) {
    throw explained(error, cache);
  }
}

/** Downloads, checks and extracts the wheels in the staging folder, and renames the result to `folder`. */
async function fill(
  staging: string,
  { folder, wheels, onProgress }: Pick<Installation, "wheels" | "onProgress"> & { readonly folder: string },
): Promise<void> {
  const total = wheels.reduce((sum, { bytes }) => sum + bytes, 0);
  onProgress({ step: "start", folder, total });
  await download(wheels, staging, (done) => onProgress({ step: "download", done: Math.min(done, total), total }));
  onProgress({ step: "download", done: total, total });

  let checked = 0;
  const onBytes = (read: number) => onProgress({ step: "check", done: Math.min(checked += read, total), total });
  for (const { file, sha256: pinned } of wheels) {
    if (await sha256(`${staging}/wheels/${file}`, onBytes) !== pinned) throw notPinned(file);
  }

  const complete = `${staging}/complete`;
  await Deno.mkdir(complete);
  const files = await extract(wheels.map(({ file }) => `${staging}/wheels/${file}`), complete, {
    isNeeded,
    onProgress: (done, total) => onProgress({ step: "extract", done, total }),
  });
  await writeManifest(complete, wheels, files);
  await removeTree(folder);
  await Deno.rename(complete, folder);
}

/** Removes the unfinished files of this or a killed process. The caller holds the lock. */
async function removeStaging(cache: string): Promise<void> {
  for await (const { name } of Deno.readDir(cache)) {
    if (name.startsWith(stagingPrefix)) await removeTree(`${cache}/${name}`);
  }
}

/** Removes a folder. The pip of a killed process may still write into it: then the next installation removes the rest. */
async function removeTree(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch((error) => {
    if (error instanceof Deno.errors.PermissionDenied) throw error;
  });
}

/** Converts an error of the file system to a {@linkcode UserError}; other errors stay as they are. */
function explained(error: unknown, cache: string): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const code = "code" in error ? error.code : undefined;
  if (code === "ENOSPC" || code === "EDQUOT") return noSpace();
  return typeof code === "string" && /^E[A-Z]+$/.test(code) ? notWritable(cache, error) : error;
}

import { UserError } from "../../errors.ts";
import { sha256 } from "./checksum.ts";
import { download } from "./download.ts";
import { extract } from "./extract.ts";
import { exclusiveLock } from "./lock.ts";
import { isComplete, writeManifest } from "./manifest.ts";
import { noSpace, notPinned, notWritable } from "./pip_error.ts";
import type { OnProgress } from "./progress.ts";
import { isNeeded, type Wheel } from "./wheels.ts";

/** What to install where. */
export interface Installation {
  /** The folder that holds what is installed; made where missing. */
  readonly cache: string;
  /** The name of what is installed, a folder in the cache. */
  readonly name: string;
  readonly wheels: readonly Wheel[];
  readonly onProgress: OnProgress;
}

const stagingPrefix = ".partial-";

/**
 * Installs the needed members of wheels as the folder `cache/name`, which appears whole or not at all: it is made under another
 * name and renamed at the end. One process does it; others wait. What killed ones left behind is removed.
 *
 * @returns `"cache"`: while this process waited, another one had installed it.
 * @throws UserError (exit status 1) without python3 or pip, network, room or leave to write, or where a wheel is not the pinned one.
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

type Filling = Pick<Installation, "wheels" | "onProgress"> & { readonly folder: string };

async function fill(staging: string, { folder, wheels, onProgress }: Filling): Promise<void> {
  const total = wheels.reduce((sum, { bytes }) => sum + bytes, 0);
  onProgress({ step: "start", folder, total });
  await download(wheels, staging, (done) => onProgress({ step: "download", done: Math.min(done, total), total }));
  onProgress({ step: "download", done: total, total });

  let checked = 0;
  const onBytes = (read: number) => onProgress({ step: "check", done: Math.min(checked += read, total), total });
  for (const { file, sha256: pinned } of wheels) {
    if (await sha256(`${staging}/wheels/${file}`, onBytes) !== pinned) throw notPinned(file);
  }

  const whole = `${staging}/whole`;
  await Deno.mkdir(whole);
  const files = await extract(wheels.map(({ file }) => `${staging}/wheels/${file}`), whole, {
    isNeeded,
    onProgress: (done, total) => onProgress({ step: "extract", done, total }),
  });
  await writeManifest(whole, wheels, files);
  await removeTree(folder);
  await Deno.rename(whole, folder);
}

/** Removes what this or a killed process has left half done. Only under the lock. */
async function removeStaging(cache: string): Promise<void> {
  for await (const { name } of Deno.readDir(cache)) {
    if (name.startsWith(stagingPrefix)) await removeTree(`${cache}/${name}`);
  }
}

/** A killed process's pip may go on writing for a while: what cannot be removed now is removed by the next installation. */
async function removeTree(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch((error) => {
    if (error instanceof Deno.errors.PermissionDenied) throw error;
  });
}

/** An error of the file system as a {@linkcode UserError}; others as they are. */
function explained(error: unknown, cache: string): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const code = "code" in error ? error.code : undefined;
  if (code === "ENOSPC" || code === "EDQUOT") return noSpace();
  return typeof code === "string" && /^E[A-Z]+$/.test(code) ? notWritable(cache, error) : error;
}

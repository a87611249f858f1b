import { sha256 } from "./checksum.ts";
import type { Wheel } from "./wheels.ts";

/** The files of a complete installation. It is written last. */
interface Manifest {
  /** The SHA-256 of the wheels that it was made from. */
  readonly wheels: readonly string[];
  /** Sizes in bytes by path. */
  readonly files: Readonly<Record<string, number>>;
  /** SHA-256 by path; installations of earlier versions have none. */
  readonly digests?: Readonly<Record<string, string>>;
}

const name = "manifest.json";

/** Marks an installation as complete. */
export async function writeManifest(folder: string, wheels: readonly Wheel[], files: Manifest["files"]): Promise<void> {
  const digests: Record<string, string> = {};
  for (const path of Object.keys(files)) digests[path] = await sha256(`${folder}/${path}`, () => {});
  const manifest: Manifest = { wheels: wheels.map(({ sha256 }) => sha256), files, digests };
  const path = `${folder}/${name}`;
  await Deno.writeTextFile(path, JSON.stringify(manifest, undefined, 2) + "\n");
  using file = await Deno.open(path, { write: true });
  await file.sync();
}

/** Whether a folder is a complete installation of these wheels, and every file still has its size. */
export async function isComplete(folder: string, wheels: readonly Wheel[]): Promise<boolean> {
  try {
    const manifest = await read(folder);
    if (manifest.wheels.join() !== wheels.map(({ sha256 }) => sha256).join()) return false;
    for (const [path, bytes] of Object.entries(manifest.files)) {
      if ((await Deno.stat(`${folder}/${path}`)).size !== bytes) return false;
    }
    return true;
  } catch {
    return false;
  }
}

/** Returns the path of the first file that has changed since the installation. */
export async function changedFile(folder: string): Promise<string | undefined> {
  for (const [path, digest] of Object.entries((await read(folder)).digests ?? {})) {
    if (await sha256(`${folder}/${path}`, () => {}) !== digest) return path;
  }
  return undefined;
}

/** Marks an installation as incomplete, so that the next `findLibrary` installs it again. */
export async function invalidate(folder: string): Promise<void> {
  await Deno.remove(`${folder}/${name}`);
}

async function read(folder: string): Promise<Manifest> {
  return JSON.parse(await Deno.readTextFile(`${folder}/${name}`));
}

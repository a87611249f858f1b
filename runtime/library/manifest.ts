import type { Wheel } from "./wheels.ts";

/** What an installed folder must hold to count as whole. It is written last. */
interface Manifest {
  /** SHA-256 of the wheels that it was made from. */
  readonly wheels: readonly string[];
  /** Sizes in bytes by path. */
  readonly files: Readonly<Record<string, number>>;
}

const name = "manifest.json";

/** Marks a folder as whole. */
export async function writeManifest(folder: string, wheels: readonly Wheel[], files: Manifest["files"]): Promise<void> {
  const manifest: Manifest = { wheels: wheels.map(({ sha256 }) => sha256), files };
  const path = `${folder}/${name}`;
  await Deno.writeTextFile(path, JSON.stringify(manifest, undefined, 2) + "\n");
  using file = await Deno.open(path, { write: true });
  await file.sync();
}

/** Whether a folder was made from these wheels to the end, and every file still has its size. */
export async function isComplete(folder: string, wheels: readonly Wheel[]): Promise<boolean> {
  try {
    const manifest: Manifest = JSON.parse(await Deno.readTextFile(`${folder}/${name}`));
    if (manifest.wheels.join() !== wheels.map(({ sha256 }) => sha256).join()) return false;
    for (const [path, bytes] of Object.entries(manifest.files)) {
      if ((await Deno.stat(`${folder}/${path}`)).size !== bytes) return false;
    }
    return true;
  } catch {
    return false;
  }
}

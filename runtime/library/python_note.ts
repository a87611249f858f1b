import { installedName } from "./cache.ts";
import { libraryIn, type PythonLibrary } from "./python.ts";
import { may } from "./run.ts";
import type { Variant } from "./wheels.ts";

/** The file that holds the path of the folder, for one version and variant. */
const noteFile = (cache: string, variant: Variant) => `${cache}/python-${installedName(variant)}.txt`;

/** The TensorFlow in Python that a start before has found, if it is still there. Starts no program. */
export async function notedPython(cache: string, variant: Variant, os: string): Promise<PythonLibrary | undefined> {
  try {
    return await libraryIn((await Deno.readTextFile(noteFile(cache, variant))).trim(), variant, os);
  } catch {
    return undefined; // there is no note, or it may not be read
  }
}

/** Notes a TensorFlow in Python for later starts. It is a courtesy: where it cannot be written, Python is asked again. */
export async function notePython(cache: string, variant: Variant, { directory }: PythonLibrary): Promise<void> {
  if (!may({ name: "write", path: cache })) return;
  try {
    await Deno.mkdir(cache, { recursive: true });
    await Deno.writeTextFile(noteFile(cache, variant), `${directory}\n`);
  } catch {
    return;
  }
}

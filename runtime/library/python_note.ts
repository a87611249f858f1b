import { installedName } from "./cache.ts";
import { libraryIn, type PythonLibrary } from "./python.ts";
import { isPermitted } from "./run.ts";
import type { Variant } from "./wheels.ts";

/** Returns the path of the file that holds the path of the folder, for one version and variant. */
const noteFile = (cache: string, variant: Variant) => `${cache}/python-${installedName(variant)}.txt`;

/** Returns the TensorFlow of Python that an earlier run found, if it still exists. It starts no program. */
export async function notedPython(cache: string, variant: Variant, os: string): Promise<PythonLibrary | undefined> {
  try {
    return await libraryIn((await Deno.readTextFile(noteFile(cache, variant))).trim(), variant, os);
  } catch {
    return undefined; // there is no note, or it cannot be read
  }
}

/** Notes the TensorFlow of Python for later runs. If the note cannot be written, they ask Python again. */
export async function notePython(cache: string, variant: Variant, { directory }: PythonLibrary): Promise<void> {
  if (!isPermitted({ name: "write", path: cache })) return;
  try {
    await Deno.mkdir(cache, { recursive: true });
    await Deno.writeTextFile(noteFile(cache, variant), `${directory}\n`);
  } catch {
    return;
  }
}

import { missingLibraries } from "./folder.ts";
import { run } from "./run.ts";
import { tensorflowVersion, type Variant } from "./wheels.ts";

/** Prints where `import tensorflow` finds the package, without importing it. A folder of that name here does not count. */
const script = `
import sys
sys.path = [path for path in sys.path if path]
from importlib.util import find_spec
spec = find_spec("tensorflow")
print(spec.origin if spec and spec.origin else "")
`;

/** A TensorFlow among Python's packages. */
export interface PythonLibrary {
  /** The folder of both libraries. */
  readonly directory: string;
  readonly version: string;
}

/** Asks `python3` for an installed TensorFlow of the pinned minor version that serves a variant. */
export async function findInPython(variant: Variant, os: string): Promise<PythonLibrary | undefined> {
  const origin = (await run("python3", ["-c", script], { timeout: 5000 }))?.stdout.trim();
  const directory = origin?.replace(/\/__init__\.py$/, "");
  return directory && directory !== origin ? await libraryIn(directory, variant, os) : undefined;
}

/** Returns the TensorFlow in a folder `site-packages/tensorflow`, if it has the pinned minor version and serves a variant. */
export async function libraryIn(directory: string, variant: Variant, os: string): Promise<PythonLibrary | undefined> {
  const site = directory.slice(0, directory.lastIndexOf("/"));
  const version = installedVersion(await names(site), variant);
  const serves = version && (variant === "cpu" || (await names(`${site}/nvidia`)).includes("cudnn"));
  return serves && (await missingLibraries(directory, os)).length === 0 ? { directory, version } : undefined;
}

/** Matches a package's name and version: `tensorflow_cpu-2.21.0.dist-info`. */
const information = /^tensorflow([-_]cpu)?-(\d+\.\d+\.\d+)\b.*\.(?:dist|egg)-info$/;

/**
 * Finds the version of TensorFlow by the file names of a `site-packages` folder, if it is the pinned minor version.
 * `tensorflow-cpu` does not serve CUDA.
 */
export function installedVersion(names: readonly string[], variant: Variant): string | undefined {
  const minor = tensorflowVersion.slice(0, tensorflowVersion.lastIndexOf("."));
  for (const name of names) {
    const [, cpu, version] = information.exec(name) ?? [];
    if (version?.startsWith(`${minor}.`) && !(cpu && variant === "cuda")) return version;
  }
  return undefined;
}

async function names(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch {
    return [];
  }
}

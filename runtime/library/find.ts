import { UserError } from "../../errors.ts";
import { cacheFolder, installedName } from "./cache.ts";
import { nvidiaDriver } from "./driver.ts";
import { missingLibraries } from "./folder.ts";
import { isComplete } from "./manifest.ts";
import type { OnProgress } from "./progress.ts";
import { findInPython } from "./python.ts";
import { notedPython, notePython } from "./python_note.ts";
import { isPermitted } from "./run.ts";
import { variantFor, wheelsFor } from "./variant.ts";
import { tensorflowVersion, type Variant, wheels } from "./wheels.ts";

/** Options of {@linkcode findLibrary}. */
export interface FindOptions {
  /** The processor that the library must serve; `"auto"` takes a CUDA build if an NVIDIA driver answers. */
  readonly device: "auto" | "cpu" | "cuda";
  /** The folder of both libraries (`--tensorflow-library`). Default: the variable THORAX_LIBTENSORFLOW. */
  readonly directory?: string;
  /** Receives the progress of an installation. Default: a bar on a terminal, otherwise lines on standard error. */
  readonly onProgress?: OnProgress;
}

/** A libtensorflow that was found. */
export interface Library {
  /** The absolute path of the folder that holds both libraries. */
  readonly directory: string;
  /** The version of its package; undefined for a folder that the user named. */
  readonly version: string | undefined;
  /** The build, for the CPU alone or for CUDA; undefined for a folder that the user named. */
  readonly variant: Variant | undefined;
  /** Where it was found: the option, the environment variable, Python's packages, the cache, or a new installation. */
  readonly origin: "option" | "environment" | "python" | "cache" | "installed";
}

/**
 * Finds libtensorflow: in the folder that the user names, in the cache, or among Python's packages; otherwise it installs it into the
 * cache. The place of Python's library is noted in the cache, because starting python3 takes 20 to 120 ms and a permission.
 *
 * Permissions:
 *
 * - env: THORAX_LIBTENSORFLOW, XDG_CACHE_HOME, HOME and LD_LIBRARY_PATH. All variables if LD_LIBRARY_PATH or another LD_ or DYLD_
 *   variable is set and the run permission is narrow, because Deno then starts a program only without them.
 * - run: python3, to look beyond the cache and to install. nvidia-smi if it is permitted (on Linux x86-64, unless `device` is
 *   "cpu"); without it libcuda.so.1 decides. Deno prints a line about a listed program that does not exist, except under
 *   `deno run --quiet` and where run is `true`.
 * - read: the cache folder, the named folder, python3's site-packages, and the loader's folders.
 * - write: the cache folder, to install and to note the place of Python's library.
 *
 * @throws {UserError} (exit status 2) if the named folder lacks a library, if there is no CUDA build or driver for the device "cuda",
 * or if nothing was found and the permissions to install are missing; (exit status 1) if the installation fails
 */
export async function findLibrary({ device, directory, onProgress }: FindOptions): Promise<Library> {
  const { os, arch } = Deno.build;
  if (directory !== undefined) return await libraryAt(directory, "option");
  const variable = Deno.env.get("THORAX_LIBTENSORFLOW");
  if (variable) return await libraryAt(variable, "environment");

  const couldBeCuda = device !== "cpu" && `${os}-${arch}-cuda` in wheels;
  const request = { os, arch, device, nvidiaDriver: couldBeCuda && await nvidiaDriver() };
  const variant = variantFor(request);
  const pinned = wheelsFor(request);
  const [cache, name] = [cacheFolder(os, (variable) => Deno.env.get(variable)), installedName(variant)];
  const found = { directory: `${cache}/${name}/tensorflow`, version: tensorflowVersion, variant };
  if (await isComplete(`${cache}/${name}`, pinned)) return { ...found, origin: "cache" };

  const noted = await notedPython(cache, variant, os);
  if (noted) return { ...noted, variant, origin: "python" };
  const python = await findInPython(variant, os);
  if (python) {
    await notePython(cache, variant, python);
    return { ...python, variant, origin: "python" };
  }

  if (!isPermitted({ name: "run", command: "python3" }) || !isPermitted({ name: "write", path: cache })) {
    throw new UserError(
      "TensorFlow's library is not installed, and to install it this command lacks the permissions to run python3 and to write",
      { remedy: "Run deno task setup first" },
    );
  }
  const { install } = await import("./install.ts");
  const { terminalProgress } = await import("./progress.ts");
  return {
    ...found,
    origin: await install({ cache, name, wheels: pinned, onProgress: onProgress ?? await terminalProgress() }),
  };
}

/** Checks the folder that the user named. */
async function libraryAt(directory: string, origin: "option" | "environment"): Promise<Library> {
  const source = origin === "option" ? "--tensorflow-library" : "THORAX_LIBTENSORFLOW";
  const missing = await missingLibraries(directory, Deno.build.os);
  if (missing.length > 0) {
    throw new UserError(
      `${source}: ${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} not in ${directory}`,
      {
        remedy: "Name the folder of both libraries, in a Python installation site-packages/tensorflow.",
      },
    );
  }
  return { directory: await Deno.realPath(directory), version: undefined, variant: undefined, origin };
}

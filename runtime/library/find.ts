/**
 * Finds libtensorflow, or installs it. Permissions:
 *
 * - env: THORAX_LIBTENSORFLOW, XDG_CACHE_HOME, HOME, LD_LIBRARY_PATH. All of env where LD_LIBRARY_PATH or another LD_ or DYLD_
 *   variable is set and the run permission is narrow: Deno starts a program then only with an environment without them.
 * - run: python3, to find what is not in the cache, and to install. nvidia-smi if it may (Linux x86-64, unless `device` is "cpu"): without it libcuda.so.1
 *   decides. Deno prints a line about a listed program that is not there, unless it is `deno run --quiet` or run is `true`.
 * - read: the cache folder; the folder that the user names; python3's site-packages; the loader's folders in driver.ts.
 * - write: the cache folder, to install, and to note there what python3 has.
 */
import { UserError } from "../../errors.ts";
import { cacheFolder, installedName } from "./cache.ts";
import { nvidiaDriver } from "./driver.ts";
import { missingLibraries } from "./folder.ts";
import { isComplete } from "./manifest.ts";
import type { OnProgress } from "./progress.ts";
import { findInPython } from "./python.ts";
import { notedPython, notePython } from "./python_note.ts";
import { may } from "./run.ts";
import { variantFor, wheelsFor } from "./variant.ts";
import { tensorflowVersion, type Variant, wheels } from "./wheels.ts";

/** How to look for libtensorflow. */
export interface FindOptions {
  readonly device: "auto" | "cpu" | "cuda";
  /** `--tensorflow-library`: the folder of both libraries. The variable THORAX_LIBTENSORFLOW says the same. */
  readonly directory?: string;
  /** Told of an installation as it goes on; by default a bar (on a terminal) or lines on standard error. */
  readonly onProgress?: OnProgress;
}

/** A libtensorflow that can be opened. */
export interface Library {
  /** The absolute path of the folder that holds both libraries, named as `libraryNames` says. */
  readonly directory: string;
  /** As its package says; undefined for a folder that the user named: opening it tells. */
  readonly version: string | undefined;
  /** Undefined for a folder that the user named. */
  readonly variant: Variant | undefined;
  readonly origin: "option" | "environment" | "python" | "cache" | "installed";
}

/**
 * Finds libtensorflow: in the folder that the user names, in the cache, in an installed Python, or installs it into the cache. What
 * Python has is noted in the cache, so that python3 is started only where neither is there: it takes 20 to 120 ms and a
 * permission, and a command without that one finds the same library.
 *
 * @throws UserError exit status 2: the named folder lacks a library, CUDA is asked for and cannot be had, or nothing was found and
 * the permissions to install are missing; 1: it cannot be installed.
 */
export async function findLibrary({ device, directory, onProgress }: FindOptions): Promise<Library> {
  const { os, arch } = Deno.build;
  if (directory !== undefined) return await named(directory, "option");
  const variable = Deno.env.get("THORAX_LIBTENSORFLOW");
  if (variable) return await named(variable, "environment");

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

  if (!may({ name: "run", command: "python3" }) || !may({ name: "write", path: cache })) {
    throw new UserError(
      "TensorFlow's library is not installed, and to install it this command lacks the permissions to run python3 and to write",
      { remedy: "Run deno task setup first" },
    );
  }
  const { install } = await import("./install.ts");
  const { standardError } = await import("./progress.ts");
  const tell = onProgress ?? await standardError();
  return { ...found, origin: await install({ cache, name, wheels: pinned, onProgress: tell }) };
}

async function named(directory: string, origin: "option" | "environment"): Promise<Library> {
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

import { UserError } from "../../errors.ts";
import { tensorflowVersion, type Variant } from "./wheels.ts";

/**
 * Returns the cache folder of the user: XDG's, or the operating system's own. `env` is `Deno.env.get`.
 *
 * @throws {UserError} (exit status 1) if neither XDG_CACHE_HOME nor HOME is set
 */
export function cacheFolder(os: string, env: (name: string) => string | undefined): string {
  const xdg = env("XDG_CACHE_HOME");
  if (xdg?.startsWith("/")) return `${xdg}/thorax`; // the standard ignores a relative path
  const home = env("HOME");
  if (!home) {
    throw new UserError("There is no cache folder: neither XDG_CACHE_HOME nor HOME is set", {
      remedy: "Set XDG_CACHE_HOME to a folder that libtensorflow may be installed into.",
      exitStatus: 1,
    });
  }
  return os === "darwin" ? `${home}/Library/Caches/thorax` : `${home}/.cache/thorax`;
}

/** Returns the name of an installation's folder in the cache. It holds `tensorflow/` beside `nvidia/`, as its RUNPATH expects. */
export function installedName(variant: Variant): string {
  return `tensorflow-${tensorflowVersion}-${variant}`;
}

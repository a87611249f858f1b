/** tfjs's own sources, of which its packages on npm leave out the specs of tfjs-layers. */
import { basename, dirname, join } from "node:path";
import { cacheFolder } from "../../runtime/library/cache.ts";

/** Where they come from, and how long that may take. */
export interface Origin {
  readonly url: string;
  /** The whole hash: what is fetched is checked against it. */
  readonly commit: string;
  /** The folder whose files are needed. */
  readonly folder: string;
  /** The time limit of the download, in milliseconds. */
  readonly limit: number;
}

/** Release 4.22.0, the version of the packages. */
export const release: Origin = {
  url: "https://github.com/tensorflow/tfjs",
  commit: "e5d5e9371ed1fd0a4df6d7cd0b947d2a820cefd7",
  folder: "tfjs-layers/src",
  limit: 120_000,
};

/** Sources cannot be had here. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Where the sources of the release are kept. */
export const releaseFolder = (): string =>
  `${cacheFolder(Deno.build.os, Deno.env.get)}/tfjs/tfjs-${release.commit.slice(0, 12)}`;

/**
 * Fetches one commit's folder with git into a folder of one's own, unless it is there already; that is whole or not there at all.
 *
 * @throws {Unreachable} where there is no git, or it does not reach the repository, in one line
 */
export async function checkOut({ url, commit, folder, limit }: Origin, target: string): Promise<void> {
  if (await isFolder(target)) return;
  await Deno.mkdir(dirname(target), { recursive: true });
  const temporary = await Deno.makeTempDir({ dir: dirname(target), prefix: `.${basename(target)}-` });
  try {
    await run(temporary, ["init", "--quiet"]);
    await run(temporary, ["remote", "add", "origin", url]);
    const signal = AbortSignal.timeout(limit), git = (...args: string[]) => run(temporary, args, signal);
    await git("fetch", "--quiet", "--depth=1", "--no-tags", "--filter=blob:none", "origin", commit);
    await git("sparse-checkout", "set", "--no-cone", `/${folder}/`);
    await git("checkout", "--quiet", "--detach", commit);
    await Deno.remove(join(temporary, ".git"), { recursive: true });
    await Deno.rename(temporary, target);
  } catch (error) {
    if (await isFolder(target)) return; // another run was faster
    throw error;
  } finally {
    await Deno.remove(temporary, { recursive: true }).catch(() => {});
  }
}

async function run(cwd: string, args: readonly string[], signal?: AbortSignal): Promise<void> {
  const child = start(cwd, args);
  // The programs that git starts hold its output open, so all of them end.
  const end = () => Deno.kill(-child.pid, "SIGKILL");
  signal?.addEventListener("abort", end);
  const { success, stderr } = await child.output();
  signal?.removeEventListener("abort", end);
  if (signal?.aborted) throw new Unreachable(`git ${args[0]} took too long`);
  if (success) return;
  const lines = new TextDecoder().decode(stderr).split("\n").filter((line) => line.trim() !== "");
  throw new Unreachable(
    `git ${args[0]}: ${lines.find((line) => line.startsWith("fatal: ")) ?? lines.at(-1) ?? "failed"}`,
  );
}

/** Starts git in a process group of its own. */
function start(cwd: string, args: readonly string[]): Deno.ChildProcess {
  // A server that says nothing is given up, and nobody is asked for a password.
  const patience = ["-c", "http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=15"];
  const env = { GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
  try {
    return new Deno.Command("git", {
      args: [...patience, ...args],
      cwd,
      env,
      detached: true,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new Unreachable("there is no git");
    throw error;
  }
}

const isFolder = (path: string) => Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);

import { pipError } from "./pip_error.ts";
import { run } from "./run.ts";
import { platforms, requirement, type Wheel } from "./wheels.ts";

/** Returns pip's arguments to download wheels for a fixed version of Python, whichever version runs pip. */
export function pipArguments(wheels: readonly Wheel[], requirements: string, into: string): string[] {
  const tags = new Set(wheels.flatMap(platforms));
  return [
    "-m",
    "pip",
    "download",
    "--no-input",
    "--disable-pip-version-check",
    "--no-cache-dir",
    "--progress-bar=off",
    "--no-deps",
    "--only-binary=:all:",
    "--python-version=3.12",
    "--implementation=cp",
    ...Array.from(tags, (tag) => `--platform=${tag}`),
    "--require-hashes",
    `--requirement=${requirements}`,
    `--dest=${into}`,
  ];
}

/**
 * Downloads wheels into `folder/wheels` with Python's pip, which knows the user's mirrors, proxies and certificates. pip's
 * temporary files stay inside `folder` too.
 *
 * @throws {UserError} (exit status 1) without python3 or pip, without network or disk space, or if a wheel's SHA-256 differs
 */
export async function download(
  wheels: readonly Wheel[],
  folder: string,
  onBytes: (done: number) => void,
): Promise<void> {
  const [into, temporary, requirements] = [`${folder}/wheels`, `${folder}/tmp`, `${folder}/requirements.txt`];
  await Deno.mkdir(into);
  await Deno.mkdir(temporary);
  const pinned = wheels.map((wheel) => `${requirement(wheel)} --hash=sha256:${wheel.sha256}\n`);
  await Deno.writeTextFile(requirements, pinned.join(""));
  const timer = setInterval(async () => onBytes(await bytesOfWheels(folder)), 250);
  try {
    const ended = await run("python3", pipArguments(wheels, requirements, into), { env: { TMPDIR: temporary } });
    if (!ended?.success) throw pipError(ended?.stderr);
  } finally {
    clearInterval(timer);
  }
}

/** Sums the bytes of all wheels under a folder. pip moves a finished wheel, so each name counts once. */
async function bytesOfWheels(folder: string): Promise<number> {
  const sizes = new Map<string, number>();
  const visit = async (path: string) => {
    for await (const { name, isDirectory } of Deno.readDir(path)) {
      if (isDirectory) await visit(`${path}/${name}`);
      else if (name.endsWith(".whl")) {
        sizes.set(name, Math.max(sizes.get(name) ?? 0, (await Deno.stat(`${path}/${name}`)).size));
      }
    }
  };
  try {
    await visit(folder);
  } catch {
    // pip moved or removed a folder meanwhile: the next call counts again
  }
  return sizes.values().reduce((sum, size) => sum + size, 0);
}

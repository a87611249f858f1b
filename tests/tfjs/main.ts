/**
 * tfjs-core's own specs on this engine, which npm's package holds, then tfjs-layers', which git fetches once; with `--layers FOLDER`
 * only tfjs-layers', of a checkout of github.com/tensorflow/tfjs. With a text: those whose names have it, left out or not. With
 * `--control` tfjs's CPU backend runs them.
 *
 *     deno task test:tfjs avgPool
 *     deno task test:tfjs --layers ../tfjs
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { checkOut, release, releaseFolder, Unreachable } from "./checkout.ts";
import { type Counts, countsIn, showCounts } from "./counts.ts";

const { values: { layers, control }, positionals: texts } = parseArgs({
  args: Deno.args,
  options: { layers: { type: "string" }, control: { type: "boolean" } },
  allowPositionals: true,
});

const fileOf = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname);

/** Runs a suite in a process of its own and prints what it says. */
async function runSuite(...args: readonly string[]): Promise<Counts> {
  const deno = ["run", "-q", "--no-prompt", "--config", fileOf("deno.json"), "-P=tfjs", fileOf("suite.ts")];
  const child = spawn(Deno.execPath(), [...deno, ...args, ...control ? ["--control"] : [], ...texts], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  let counts: Counts | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line);
    counts = countsIn(line) ?? counts;
  }
  const [status] = await exit;
  if (counts) return counts;
  console.log(`FAILED ${["suite.ts", ...args].join(" ")}\n    it ended with status ${status} before its specs did`);
  return { passed: 0, failed: 1, skipped: 0 };
}

/** tfjs-layers' specs of the release, fetched where they are not there yet. */
async function runRelease(): Promise<Counts> {
  const folder = releaseFolder();
  try {
    await checkOut(release, folder);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    console.log(
      `tfjs-layers: skipped, as their specs are in no package and cannot be fetched (${error.message}); ` +
        "--layers FOLDER runs those of a checkout of tensorflow/tfjs",
    );
    return { passed: 0, failed: 0, skipped: 0 };
  }
  return await runSuite("--layers", folder);
}

const suites = layers === undefined ? [await runSuite(), await runRelease()] : [await runSuite("--layers", layers)];
const sum = (key: keyof Counts) => suites.reduce((sum, counts) => sum + counts[key], 0);
const ran = sum("passed") + sum("failed") > 0;
if (!ran) console.log(`FAILED ${texts.join(" ")}\n    no spec ran`);
const total = { passed: sum("passed"), failed: ran ? sum("failed") : 1, skipped: sum("skipped") };
console.log(showCounts(total));
Deno.exit(total.failed > 0 ? 1 : 0);

/**
 * Puts small faults into a copy of the code, one at a time, and runs the tests of `deno task test` that can notice each: an error of the
 * compiler, of a test, or a test that hangs. With texts: the faults whose file or reason has one of them.
 *
 *     deno task test:mutants
 *     deno task test:mutants train/ "padding"
 */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { root } from "../command.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { type Mutant, mutants } from "./mutants.ts";
import { type Sources, testsReaching } from "./reach.ts";

/** At least this share of the faults must be noticed, in percent. */
const wanted = 95;
/** A group of tests that takes longer has met a fault that never ends. */
const limitSeconds = 600;

const texts = Deno.args;
const chosen = mutants.filter(({ file, why }) =>
  texts.length === 0 || texts.some((text) => file.includes(text) || why.includes(text))
);
const outside = /--ignore='([^']*)'/.exec(config.tasks.test.command)?.[1].split(",").map((glob) => {
  return new RegExp(`^${glob.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}$`);
}) ?? [];

using folder = temporaryFolder();
const copy = folder.file("thorax");
copyCheckout();
const sources = readSources();
let noticed = 0;
for (const mutant of chosen) {
  const start = performance.now(), by = tryMutant(mutant);
  if (by !== undefined) noticed++;
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`${by === undefined ? "NOT NOTICED" : "noticed"}  ${mutant.file}: ${mutant.why} (${by ?? "by no test"}, ${seconds} s)`);
}
const share = 100 * noticed / chosen.length;
console.log(`${noticed} of ${chosen.length} faults noticed (${share.toFixed(1)} %; at least ${wanted} % are wanted)`);
Deno.exitCode = share >= wanted ? 0 : 1;

/** The files under version control and new ones, beside the real films where there are any. */
function copyCheckout(): void {
  const listed = git("ls-files", "--cached", "--others", "--exclude-standard").split("\n").filter((path) => path !== "");
  for (const path of listed) {
    Deno.mkdirSync(dirname(join(copy, path)), { recursive: true });
    Deno.copyFileSync(join(root, path), join(copy, path));
  }
  const films = join(root, "../shared");
  try {
    Deno.symlinkSync(Deno.realPathSync(films), folder.file("shared"));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // without films their tests are skipped
  }
}

function git(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`git ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

function readSources(): Sources {
  const paths = git("ls-files", "--cached", "--others", "--exclude-standard", "*.ts").split("\n");
  return new Map(paths.filter((path) => path !== "").map((path) => [path, Deno.readTextFileSync(join(copy, path))]));
}

/** What noticed a fault: the compiler or a test file; undefined where nothing did. */
function tryMutant({ file, from, to }: Mutant): string | undefined {
  const text = sources.get(file), place = text?.indexOf(from) ?? -1;
  if (text === undefined || place < 0 || text.indexOf(from, place + 1) >= 0) {
    throw new Error(`mutants.ts is out of date: ${file} must hold ${JSON.stringify(from)} once`);
  }
  Deno.writeTextFileSync(join(copy, file), text.slice(0, place) + to + text.slice(place + from.length));
  try {
    if (!succeeds("check", "-q", file)) return "the compiler";
    const groups = testsReaching(file, sources).map((group) => group.filter((path) => !outside.some((glob) => glob.test(path))));
    return groups.flat().length === 0 ? undefined : groups.find((group) => group.length > 0 && !passes(group))?.join(", ");
  } finally {
    Deno.writeTextFileSync(join(copy, file), text);
  }
}

const passes = (files: readonly string[]) => succeeds("test", "-q", "--no-check", "--fail-fast", "-P=test", ...files);

function succeeds(...args: readonly string[]): boolean {
  return spawnSync(Deno.execPath(), args, { cwd: copy, stdio: "ignore", timeout: limitSeconds * 1000 }).status === 0;
}

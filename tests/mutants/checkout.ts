/** A copy of the checkout in which files may be spoiled. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { root } from "../command.ts";
import { filmsFolder } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { type Importers, importersOf, type Sources, testsReaching } from "./reach.ts";

/** Tests that take longer have met a fault that never ends. */
const limitSeconds = 600;

/** A copy of the checkout; disposing of it removes it. */
export interface Checkout extends Disposable {
  /** The TypeScript files, as they were copied. */
  readonly sources: Sources;
  /** Finds what notices another text of a file: test files of `deno task test`, or the compiler; undefined where nothing does. */
  whatNotices(file: string, text: string): string | undefined;
}

/** Copies the files under version control and the new ones beside them, as they are on disk. */
export function copyCheckout(): Checkout {
  using stack = new DisposableStack();
  const folder = stack.use(temporaryFolder()), copy = folder.file("thorax");
  const paths = listFiles(), sources = new Map<string, string>();
  for (const path of paths) {
    Deno.mkdirSync(dirname(join(copy, path)), { recursive: true });
    Deno.copyFileSync(join(root, path), join(copy, path));
    if (path.endsWith(".ts")) sources.set(path, Deno.readTextFileSync(join(copy, path)));
  }
  const importers = importersOf(sources);
  const unfit = new Map<string, boolean>();
  linkFilms(folder.file("shared"));
  const opened = stack.move();
  return {
    sources,
    whatNotices: (file, text) => whatNotices({ copy, sources, importers, unfit }, file, text),
    [Symbol.dispose]: () => opened.dispose(),
  };
}

/** What a copy of the checkout is searched with. */
interface Search {
  /** The folder of the copy. */
  readonly copy: string;
  readonly sources: Sources;
  readonly importers: Importers;
  /** Whether a test file fails without any fault, for those that were asked. */
  readonly unfit: Map<string, boolean>;
}

function whatNotices({ copy, sources, importers, unfit }: Search, file: string, text: string): string | undefined {
  const path = join(copy, file), original = sources.get(file) ?? "";
  const failsAnyway = (test: string) => {
    Deno.writeTextFileSync(path, original);
    const fails = unfit.get(test) ?? firstFailure(copy, [test]) !== undefined;
    if (!unfit.has(test) && fails) console.log(`${test} fails without any fault: it is left out`);
    unfit.set(test, fails);
    Deno.writeTextFileSync(path, text);
    return fails;
  };
  Deno.writeTextFileSync(path, text);
  try {
    for (const group of testsReaching(file, importers)) {
      while (true) {
        const failing = firstFailure(copy, group.filter((test) => isQuickTest(test) && unfit.get(test) !== true));
        if (failing === undefined) break;
        if (!failsAnyway(failing)) return failing;
      }
    }
    return run(copy, ["check", "-q", file]).status === 0 ? undefined : "the compiler";
  } finally {
    Deno.writeTextFileSync(path, original);
  }
}

/** Runs test files and returns the first that fails. */
function firstFailure(copy: string, tests: readonly string[]): string | undefined {
  if (tests.length === 0) return undefined;
  const { status, stdout } = run(copy, ["test", "--no-check", "--fail-fast", "-P=test", ...tests]);
  if (status === 0) return undefined;
  const [, last] = [...stdout.matchAll(/^running \d+ tests? from \.\/(.+)$/gm)].at(-1) ?? [];
  const [, broken] = /^\.\/(.+_test\.ts) \(uncaught error\)/m.exec(stdout) ?? [];
  return broken ?? last ?? tests[0];
}

function run(copy: string, args: readonly string[]) {
  const env = { ...Deno.env.toObject(), NO_COLOR: "1" }, timeout = limitSeconds * 1000;
  return spawnSync(Deno.execPath(), args, { cwd: copy, env, timeout, encoding: "utf8", maxBuffer: 2 ** 28 });
}

/** The paths of files that git has or would take, as far as they exist. */
function listFiles(): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const { status, stdout, stderr } = spawnSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`git ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
}

/** Makes the real films, where there are any, available beside the copy. */
function linkFilms(link: string): void {
  try {
    Deno.symlinkSync(Deno.realPathSync(new URL("..", filmsFolder)), link);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // tests of real films are ignored without them
  }
}

const ignored = /--ignore='([^']*)'/.exec(config.tasks.test.command)?.[1].split(",") ?? [];
const ignoredPaths = ignored.map((glob) => new RegExp(`^${glob.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}$`));

/** Whether `deno task test` runs a test file, but for those of the table of faults itself, which notice every change. */
function isQuickTest(path: string): boolean {
  return !path.startsWith("tests/mutants/") && !ignoredPaths.some((glob) => glob.test(path));
}

/** A copy of the checkout in which files may be spoiled. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { root } from "../command.ts";
import { filmsFolder } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { type ImportGraph, importGraph, type Sources, testsReaching } from "./reach.ts";

/** A test file that takes longer has met a fault that never ends. */
const limitSeconds = 300;

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
  const graph = importGraph(sources);
  const unfit = new Map<string, boolean>();
  linkFilms(folder.file("shared"));
  const opened = stack.move();
  return {
    sources,
    whatNotices: (file, text) => whatNotices({ copy, sources, graph, unfit }, file, text),
    [Symbol.dispose]: () => opened.dispose(),
  };
}

/** What a copy of the checkout is searched with. */
interface Search {
  /** The folder of the copy. */
  readonly copy: string;
  readonly sources: Sources;
  readonly graph: ImportGraph;
  /** Whether test files fail without any fault, of those for which it was asked. */
  readonly unfit: Map<string, boolean>;
}

function whatNotices({ copy, sources, graph, unfit }: Search, file: string, text: string): string | undefined {
  const path = join(copy, file), original = sources.get(file) ?? "";
  const fails = (test: string) => run(copy, ["test", "-q", "--no-check", "--fail-fast", "-P=test", test]) !== 0;
  const isUnfit = (test: string) => {
    if (!unfit.has(test)) {
      Deno.writeTextFileSync(path, original);
      unfit.set(test, fails(test));
      Deno.writeTextFileSync(path, text);
      if (unfit.get(test)) console.log(`${test} fails without any fault, and is left out`);
    }
    return unfit.get(test) === true;
  };
  Deno.writeTextFileSync(path, text);
  try {
    const tests = testsReaching(file, graph).filter((test) => isQuickTest(test) && unfit.get(test) !== true);
    const noticing = tests.find((test) => fails(test) && !isUnfit(test));
    return noticing ?? (run(copy, ["check", "-q", file]) === 0 ? undefined : "the compiler");
  } finally {
    Deno.writeTextFileSync(path, original);
  }
}

/** Runs Deno in a folder; returns its exit status, or null where it took too long. */
function run(folder: string, args: readonly string[]): number | null {
  return spawnSync(Deno.execPath(), args, { cwd: folder, stdio: "ignore", timeout: limitSeconds * 1000 }).status;
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

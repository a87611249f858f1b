import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { checkOut, Unreachable } from "./checkout.ts";
import { countsIn, showCounts } from "./counts.ts";

const permitted = needs("read", "write", "run", "env");

function git(cwd: string, ...args: string[]): string {
  const identity = ["-c", "user.name=thorax", "-c", "user.email=thorax@localhost"];
  const { success, stdout, stderr } = new Deno.Command("git", { args: [...identity, ...args], cwd }).outputSync();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

function hasGit(): boolean {
  try {
    return new Deno.Command("git", { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}

const withGit = { ignore: permitted.ignore || !hasGit() };

/** A repository of two commits, `old` in the first and `new` in the second; the first's hash. */
function repository(folder: string): string {
  Deno.mkdirSync(`${folder}/layers/src`, { recursive: true });
  const commit = (text: string) => {
    for (const name of ["layers/src/a_test.ts", "other.ts"]) Deno.writeTextFileSync(`${folder}/${name}`, text);
    git(folder, "add", ".");
    git(folder, "commit", "--quiet", "-m", text);
    return git(folder, "rev-parse", "HEAD");
  };
  git(folder, "init", "--quiet");
  const first = commit("old");
  commit("new");
  return first;
}

Deno.test("checkOut: one folder of one commit, fetched once", withGit, async () => {
  using source = temporaryFolder();
  using cache = temporaryFolder();
  const commit = repository(source.path), target = cache.file("sources/tfjs");
  const origin = { url: `file://${source.path}`, commit, folder: "layers/src", limit: 60_000 };
  await checkOut(origin, target);
  assertEquals([...Deno.readDirSync(cache.file("sources"))].map(({ name }) => name), ["tfjs"]);
  assertEquals([...Deno.readDirSync(target)].map(({ name }) => name), ["layers"]);
  assertEquals(Deno.readTextFileSync(`${target}/layers/src/a_test.ts`), "old");
  await checkOut({ ...origin, url: "file:///nowhere" }, target);
});

Deno.test("checkOut: what cannot be fetched is one line, and leaves nothing", withGit, async () => {
  using source = temporaryFolder();
  using cache = temporaryFolder();
  const commit = repository(source.path), url = `file://${source.path}`;
  const rows = [
    [{ url: `file://${source.file("nowhere")}`, commit }, "git fetch: fatal: "],
    [{ url, commit: "0123456789".repeat(4) }, "git fetch: "],
    [{ url: "https://localhost:1/tfjs", commit }, "git fetch: fatal: unable to access 'https://localhost:1/tfjs/': "],
  ] as const;
  for (const [origin, message] of rows) {
    const fetching = () => checkOut({ ...origin, folder: "layers/src", limit: 60_000 }, cache.file("tfjs"));
    const error = await assertRejects(fetching, Unreachable, message);
    assertEquals(error.message.split("\n").length, 1);
    assertEquals(cache.names(), []);
  }
});

Deno.test("checkOut: a server that says nothing is given up", withGit, async () => {
  using cache = temporaryFolder();
  Deno.env.set("GIT_SSH_COMMAND", "sleep 30 #");
  try {
    const origin = { url: "ssh://localhost/tfjs", commit: "0".repeat(40), folder: "layers/src", limit: 500 };
    await assertRejects(() => checkOut(origin, cache.file("tfjs")), Unreachable, "git fetch took too long");
  } finally {
    Deno.env.delete("GIT_SSH_COMMAND");
  }
  assertEquals(cache.names(), []);
});

Deno.test("counts: a suite's last line is told from all others, and is none of .ci/run's", () => {
  const counts = { passed: 12, failed: 3, skipped: 0 }, line = `tfjs-core: ${showCounts(counts)}`;
  assertEquals(countsIn(line), counts);
  assertEquals([countsIn(showCounts(counts)), countsIn(`FAILED ${line}`)], [undefined, undefined]);
  assertStringIncludes(line, "12 passed, 3 failed, 0 skipped");
});

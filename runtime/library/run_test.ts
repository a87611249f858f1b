import { assertEquals } from "@std/assert";
import { needs } from "../../tests/needs.ts";
import { run } from "./run.ts";
import { environment } from "./testing/fixtures.ts";

const allowed = needs("run", "env", "read");

Deno.test("run: tells what a program printed; none is undefined; a slow one is killed", allowed, async () => {
  const ended = await run("sh", ["-c", "echo out; echo $WORD >&2; exit 3"], { env: { WORD: "error" } });
  assertEquals(ended, { success: false, stdout: "out\n", stderr: "error\n" });
  assertEquals(await run("thorax-no-such-program", []), undefined);
  assertEquals((await run("sh", ["-c", "exec sleep 60"], { timeout: 50 }))?.success, false);
});

Deno.test("run: LD_LIBRARY_PATH does not keep a narrowly permitted program from running", allowed, async () => {
  using _environment = environment({ LD_LIBRARY_PATH: "/nowhere" });
  const code = `import { run } from ${JSON.stringify(new URL("run.ts", import.meta.url).href)};
    console.log((await run("sh", ["-c", "echo [$LD_LIBRARY_PATH]"]))?.stdout);`;
  const args = ["run", "--quiet", "--no-prompt", "--allow-env", "--allow-run=sh", "--ext=ts", "-"];
  const child = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  assertEquals(new TextDecoder().decode((await child.output()).stdout).trim(), "[]");
});

/** What a stranger's file may do to a result, from the command line. */
import { assertEquals, assertMatch } from "@std/assert";
import { nihLabels } from "../data/labels.ts";
import { badFiles } from "./bad_files.ts";
import { run } from "./command.ts";
import { needs } from "./needs.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const native = needs("ffi", "env", "read", "run", "write");

Deno.test("predict: what is not finite is no result: one line, exit status 1, nothing printed", native, async () => {
  using folder = temporaryFolder();
  await badFiles(folder.path);
  const input = ["--input", folder.file("huge.npy"), "--device", "cpu"];
  for (const form of [["--json"], []]) {
    const ended = await run("predict", ["--ckpt-path", folder.file("huge.safetensors"), ...input, ...form]);
    assertEquals([ended.status, ended.stdout], [1, ""]);
    const [warning, error, ...more] = ended.lines;
    assertEquals(more, []);
    assertMatch(warning, /^warning: .* holds values from 0 to 1e\+30, and the model expects /);
    assertMatch(
      error,
      /^error: the model gives Infinity for huge\.npy\[1\], Pneumothorax, which is not a finite number\. The weights, or the values/,
    );
  }
});

Deno.test("predict: a label cannot steer the terminal or begin a line, and JSON keeps it", native, async () => {
  using folder = temporaryFolder();
  await badFiles(folder.path);
  const args = ["--ckpt-path", folder.file("escape.safetensors"), folder.file("films/images/0.png"), "--device", "cpu"];
  const plain = await run("predict", args);
  assertEquals([plain.status, plain.stdout.split("\n").length], [0, nihLabels.length + 4]);
  assertMatch(plain.stdout, /\n {2}Mass�\[2J�error: none +0\.5000\n/);
  const { stdout } = await run("predict", [...args, "--json"]);
  assertEquals(JSON.parse(stdout).labels, nihLabels.with(0, "Mass\x1b[2J\nerror: none"));
});

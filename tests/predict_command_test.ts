/** `predict` of many films, from the command line. */
import { encode } from "fast-png";
import { assert, assertEquals, assertMatch } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { nihLabels } from "../data/labels.ts";
import { libraryNames } from "../runtime/library/folder.ts";
import { badFiles } from "./bad_files.ts";
import { linesOf, root, run } from "./command.ts";
import { needs } from "./needs.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const native = needs("ffi", "env", "read", "run", "write");

/** Damaged files among the films of {@linkcode filmFolder}. */
const damaged = [3, 40];

/** A folder of 50 films of a gray each, `0.png` to `49.png`, two of them damaged, in `films`, and a checkpoint. */
async function filmFolder() {
  const folder = temporaryFolder();
  await badFiles(folder.path);
  Deno.removeSync(folder.file("films"), { recursive: true });
  Deno.mkdirSync(folder.file("films"));
  const paths = Array.from({ length: 50 }, (_, i) => {
    const path = folder.file(`films/${String(i).padStart(2, "0")}.png`);
    const bytes = encode({ width: 4, height: 4, channels: 1, depth: 8, data: new Uint8Array(16).fill(5 * i) });
    Deno.writeFileSync(path, damaged.includes(i) ? bytes.subarray(0, -9) : bytes);
    return path;
  });
  const task = ["--ckpt-path", folder.file("linear.safetensors"), "--device", "cpu"];
  return { ...folder, paths, readable: paths.filter((_, i) => !damaged.includes(i)), task };
}

const warning = "warning: The model was trained on synthetic films: what it says of other films means nothing.";

/** Runs the task with a redirection of the shell's. */
async function redirected(redirection: string, args: readonly string[]) {
  const predict = [Deno.execPath(), ...config.tasks.predict.command.split(" ").slice(1)];
  const shell = ["-c", `exec "$@" ${redirection}`, "sh", ...predict, ...args];
  const { code, stdout, stderr } = await new Deno.Command("sh", { args: shell, cwd: root }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), lines: linesOf(decoder.decode(stderr)) };
}

Deno.test("predict: many films in every form, of which the damaged cost themselves alone", native, async (t) => {
  using folder = await filmFolder();
  const { paths, readable, task } = folder;
  const reason = (film: number) => `${paths[film]} cannot be decoded (the file ends early)`;
  const said = [`failed: ${reason(3)}`, warning, `failed: ${reason(40)}`, "2 of 50 films failed"];
  const json = await run("predict", [...task, folder.file("films"), "--json"]);
  const document = JSON.parse(json.stdout);

  await t.step("a folder, as one document", () => {
    assertEquals([json.status, json.lines], [1, said]);
    assertEquals(Object.keys(document), ["model", "labels", "inputs", "logits", "probabilities", "failed"]);
    const { model, labels, inputs, logits, probabilities, failed } = document;
    assertEquals([model, labels, inputs], ["linear", [...nihLabels], readable]);
    assertEquals([logits.length, probabilities.length, logits[47].length, probabilities[47].length], [48, 48, 15, 15]);
    assertEquals(failed, damaged.map((film) => ({ input: paths[film], reason: reason(film) })));
  });
  await t.step("a quoted glob, as lines", async () => {
    const { status, stdout, lines } = await run("predict", [...task, folder.file("films/*.png"), "--jsonl"]);
    assertEquals([status, lines], [1, said]);
    const rows = linesOf(stdout).map((line) => JSON.parse(line));
    assertEquals(Object.keys(rows[0]), ["input", "logits", "probabilities"]);
    assertEquals(rows.map(({ input }) => input), readable);
    assertEquals(rows.map(({ logits }) => logits), document.logits);
    assertEquals(rows.map(({ probabilities }) => probabilities), document.probabilities);
  });
  await t.step("a list, as a table, in batches of another size", async () => {
    Deno.writeTextFileSync(folder.file("list"), [...paths.slice(30), ...paths.slice(0, 30)].join("\r\n"));
    const options = ["--input-list", folder.file("list"), "--csv", "--batch-size", "7"];
    const { status, stdout } = await run("predict", [...task, ...options]);
    const [header, ...rows] = linesOf(stdout).map((line) => line.split(","));
    assertEquals([status, header], [1, ["input", ...nihLabels.flatMap((label) => [`p_${label}`, `logit_${label}`])]]);
    assertEquals(rows.map(([input]) => input), [...readable.slice(29), ...readable.slice(0, 29)]);
    const [, ...first] = rows[19]; // film 0
    assertEquals(first.map(Number), nihLabels.flatMap((_, i) => [document.probabilities[0][i], document.logits[0][i]]));
  });
  await t.step("standard input, as text", async () => {
    Deno.writeTextFileSync(folder.file("list"), `${paths[1]}\n${paths[1]}\n`);
    const { code, stdout } = await redirected(`< ${folder.file("list")}`, [...task, "--input-list", "-"]);
    const films = stdout.split("\n\n");
    assertEquals([code, films.length, films[0]], [0, 3, films[1]]);
    assertMatch(
      films[0],
      new RegExp(`^${paths[1]}\n  normal: p\\(No Finding\\) ≥ 0.5\n  .* 0.5000(\n  .* 0.5000){14}$`),
    );
  });
});

Deno.test("predict: every film fails: all are named, the status is 2, and no engine was opened", native, async () => {
  using folder = await filmFolder();
  const films = damaged.map((film) => folder.paths[film]);
  const { status, stdout, lines } = await run("predict", [...folder.task, ...films, "--json"], {
    THORAX_LIBTENSORFLOW: folder.path,
  });
  assertEquals([status, lines.length, lines[2]], [2, 3, "error: none of the 2 films can be predicted"]);
  const { inputs, failed } = JSON.parse(stdout);
  assertEquals([inputs, failed.map(({ input }: { input: string }) => input)], [[], films]);
});

Deno.test("predict: what is passed over in a folder is counted", native, async () => {
  using folder = await filmFolder();
  for (const name of ["notes.txt", ".hidden.png"]) Deno.writeTextFileSync(folder.file(`lone/images/${name}`), "");
  const { status, lines } = await run("predict", [...folder.task, folder.file("lone/images")]);
  const passed = `1 file of another kind (${folder.file("lone/images/notes.txt")}) and 1 hidden name left out`;
  assertEquals([status, lines], [0, [`${folder.file("lone/images")}: ${passed}`, warning]]);
});

async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

Deno.test("predict: reads, calls the library, and may do nothing else; the library must be there", native, async () => {
  assertEquals(config.permissions.predict, { read: true, env: true, ffi: true });
  using folder = await filmFolder();
  const { status, stdout, lines } = await run("predict", [...folder.task, folder.paths[0]], {
    THORAX_LIBTENSORFLOW: "",
    XDG_CACHE_HOME: folder.file("cache"),
    DENO_DIR: await denoDirectory(), // which is else in the cache folder, too
  });
  assertEquals([status, stdout, lines], [2, "", [
    "error: TensorFlow's library is not installed, and to install it this command lacks the permissions to run python3 " +
    "and to write. Run deno task setup first",
  ]]);
  assert(!folder.names().includes("cache"));
});

Deno.test("predict: a library that cannot be opened is status 2, as no film is predicted", native, async () => {
  using folder = await filmFolder();
  const libraries = folder.file("libraries");
  Deno.mkdirSync(libraries);
  for (const name of libraryNames(Deno.build.os)) Deno.writeTextFileSync(`${libraries}/${name}`, "damaged");
  const { status, stdout, lines } = await run("predict", [...folder.task, folder.paths[0]], {
    THORAX_LIBTENSORFLOW: libraries,
  });
  assertEquals([status, stdout, lines.length], [2, "", 1]);
  assertMatch(lines[0], /^error: .* cannot be opened as TensorFlow's library: .* run `deno task setup`$/);
});

const full = { ignore: native.ignore || Deno.build.os !== "linux" }; // which has a device that is always full

Deno.test("predict: answers that standard output does not take are a failure", full, async () => {
  using folder = await filmFolder();
  const { code, lines } = await redirected("> /dev/full", [...folder.task, folder.paths[0], "--csv"]);
  const error = "error: cannot write to standard output (No space left on device)";
  assertEquals([code, lines], [1, [warning, error]]);
});

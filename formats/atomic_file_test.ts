import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { basename } from "node:path";
import { UserError } from "../errors.ts";
import { needs } from "../tests/needs.ts";
import { replaceFile } from "./atomic_file.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const partial = /^\.model\.thorax-[0-9a-f]{8}\.partial$/;

/** A program that writes "new " to `path`, says so, and never comes to the end. */
function stalledWriter(path: string): Deno.ChildProcess {
  const module = new URL("./atomic_file.ts", import.meta.url).href;
  const program = `
    import { replaceFile } from ${JSON.stringify(module)};
    await replaceFile(${JSON.stringify(path)}, async (append) => {
      await append(new TextEncoder().encode("new "));
      console.log("half-way");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const args = ["eval", "--no-lock", program];
  return new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "inherit" }).spawn();
}

Deno.test("replaceFile: an error on the way leaves the old file and nothing else", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("model");
  Deno.writeTextFileSync(path, "old");
  const failing = replaceFile(path, async (append) => {
    await append(bytes("new "));
    assertMatch(folder.names()[0], partial);
    throw new RangeError("no more");
  });
  await assertRejects(() => failing, RangeError, "no more");
  assertEquals([folder.names(), Deno.readTextFileSync(path)], [["model"], "old"]);
});

Deno.test("replaceFile: what the system refuses is one line, exit status 1", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("missing/model");
  const error = await assertRejects(() => replaceFile(path, async () => {}), UserError);
  assertEquals([error.message, error.exitStatus], [`cannot write ${path}: No such file or directory`, 1]);
  await assertRejects(() => replaceFile(folder.path, async () => {}), UserError, `cannot write ${folder.path}`);
});

Deno.test(
  "replaceFile: killed half-way, the old file stays and the next write sweeps",
  needs("read", "write", "run"),
  async () => {
    using folder = temporaryFolder();
    const path = folder.file("model");
    Deno.writeTextFileSync(path, "old");
    const writer = stalledWriter(path);
    const output = writer.stdout.getReader();
    await output.read();
    assertEquals([Deno.readTextFileSync(path), folder.names().length], ["old", 2]);

    // A temporary file in use is left alone, and its writer does not disturb another.
    await replaceFile(path, (append) => append(bytes("newer")));
    assertEquals([Deno.readTextFileSync(path), folder.names().length], ["newer", 2]);

    writer.kill("SIGKILL");
    await writer.status;
    await output.cancel();
    assertMatch(folder.names()[0], partial);
    assertEquals(Deno.readTextFileSync(path), "newer");
    await replaceFile(path, (append) => append(bytes("newest")));
    assertEquals([Deno.readTextFileSync(path), folder.names()], ["newest", ["model"]]);
  },
);

Deno.test("replaceFile: a full disk is one line, and the old file stays", needs("read", "write", "run"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("model");
  Deno.writeTextFileSync(path, "old");
  // A limit on the size of files stands for the full disk: the second write is refused half-way.
  const module = new URL("./atomic_file.ts", import.meta.url).href;
  const program = `
      import { replaceFile } from ${JSON.stringify(module)};
      try {
        await replaceFile(${JSON.stringify(path)}, async (append) => {
          for (let i = 0; i < 64; i++) await append(new Uint8Array(1 << 20));
        });
      } catch (error) {
        console.log(error.exitStatus, error.message);
      }`;
  const script = `trap '' XFSZ; ulimit -f 4096; exec "$0" eval --no-lock "$1"`;
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script, Deno.execPath(), program] }).output();
  assertEquals(new TextDecoder().decode(stdout), `1 cannot write ${path}: File too large\n`);
  assertEquals([folder.names(), Deno.readTextFileSync(path)], [["model"], "old"]);
});

Deno.test(
  "replaceFile: a file with the same bytes is linked to, until either is replaced",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    const [one, two, other] = ["one", "two", "other"].map(folder.file);
    const write = (text: string) => (append: (piece: Uint8Array<ArrayBuffer>) => Promise<void>) => append(bytes(text));
    const linksOf = (path: string) => Deno.statSync(path).nlink;
    const texts = () => folder.names().map((name) => [name, Deno.readTextFileSync(folder.file(name))]);
    await replaceFile(one, write("same"));
    await replaceFile(other, write("others"));
    Deno.writeTextFileSync(two, "old");
    const linkTargets = [folder.file("missing"), folder.path, other, one];
    await replaceFile(two, write("same"), { linkTargets });
    assertEquals([linksOf(one), linksOf(two), linksOf(other)], [2, 2, 1]);
    await replaceFile(two, write("same"), { linkTargets }); // they are one file already
    assertEquals([linksOf(one), linksOf(two)], [2, 2]);

    await replaceFile(one, write("new"));
    assertEquals([linksOf(one), linksOf(two)], [1, 1]);
    assertEquals(texts(), [["one", "new"], ["other", "others"], ["two", "same"]]);
    for (const text of ["ne", "newer", "net", ""]) await replaceFile(two, write(text), { linkTargets });
    assertEquals([linksOf(one), linksOf(two)], [1, 1]);
    assertEquals(texts(), [["one", "new"], ["other", "others"], ["two", ""]]);
  },
);

Deno.test("replaceFile: a file that cannot be linked to is written again", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("two"), target = folder.file("one");
  Deno.writeTextFileSync(target, "same");
  // a file system without links refuses them in this way
  const { link } = Deno;
  Deno.link = () => Promise.reject(new Deno.errors.NotSupported("Operation not supported (os error 95)"));
  try {
    await replaceFile(path, (append) => append(bytes("same")), { linkTargets: [target] });
  } finally {
    Deno.link = link;
  }
  assertEquals([Deno.statSync(path).nlink, Deno.readTextFileSync(path), folder.names()], [1, "same", ["one", "two"]]);
});

Deno.test("replaceFile: an error of `write` in the comparison is its own", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  Deno.writeTextFileSync(folder.file("one"), "same");
  const failing = replaceFile(folder.file("two"), () => Promise.reject(new RangeError("no more")), {
    linkTargets: [folder.file("one")],
  });
  await assertRejects(() => failing, RangeError, "no more");
  assertEquals(folder.names(), ["one"]);
});

/** The calls that decide what a power cut leaves, in their order, while `action` runs. */
async function systemCalls(action: () => Promise<void>): Promise<string[]> {
  const calls: string[] = [], names = new WeakMap<Deno.FsFile, string>();
  const { open, rename } = Deno, { write, sync } = Deno.FsFile.prototype;
  const record = (call: string, file: Deno.FsFile) => {
    const line = `${call} ${names.get(file)}`;
    if (calls.at(-1) !== line) calls.push(line);
  };
  Deno.open = async (path, options) => {
    const file = await open(path, options);
    names.set(file, partial.test(basename(`${path}`)) ? "the temporary file" : basename(`${path}`));
    return file;
  };
  Deno.rename = async (from, to) => {
    await rename(from, to);
    calls.push(`rename to ${basename(`${to}`)}`);
  };
  Deno.FsFile.prototype.write = function (bytes) {
    record("write", this);
    return write.call(this, bytes);
  };
  Deno.FsFile.prototype.sync = function () {
    record("sync", this);
    return sync.call(this);
  };
  try {
    await action();
  } finally {
    Object.assign(Deno, { open, rename });
    Object.assign(Deno.FsFile.prototype, { write, sync });
  }
  return calls;
}

Deno.test(
  "replaceFile: the bytes reach the disk before the name does, and the name at last",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    const path = folder.file("model");
    const write = (append: (piece: Uint8Array<ArrayBuffer>) => Promise<void>) => append(bytes("new"));
    assertEquals(await systemCalls(() => replaceFile(path, write)), [
      "write the temporary file",
      "sync the temporary file",
      "rename to model",
      `sync ${basename(folder.path)}`,
    ]);
    assertEquals(await systemCalls(() => replaceFile(folder.file("link"), write, { linkTargets: [path] })), [
      "rename to link",
      `sync ${basename(folder.path)}`,
    ]);
  },
);

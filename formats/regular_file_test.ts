import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../errors.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { readFileIfThere, readRegularFile } from "./regular_file.ts";

const options = { limit: 4, what: "a note" };

Deno.test("readRegularFile: up to the limit, and not a byte more", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("note");
  Deno.writeTextFileSync(path, "four");
  assertEquals(new TextDecoder().decode(await readRegularFile(path, options)), "four");
  Deno.writeTextFileSync(path, "fives");
  await assertRejects(() => readRegularFile(path, options), UserError, `${path} has 5 bytes, and a note has at most 4`);
});

Deno.test(
  "readRegularFile: a pipe, a device and a folder are refused at once",
  needs("read", "write", "run"),
  async () => {
    using folder = temporaryFolder();
    const pipe = folder.file("pipe"), device = folder.file("device");
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    Deno.symlinkSync("/dev/zero", device);
    for (const path of [pipe, device, folder.path]) {
      await assertRejects(() => readRegularFile(path, options), UserError, `${path} is not a file`);
    }
  },
);

Deno.test("readFileIfThere: undefined where there is none, and nowhere else", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  assertEquals(await readFileIfThere(folder.file("none"), options), undefined);
  await assertRejects(() => readFileIfThere(folder.path, options), UserError, "is not a file");
});

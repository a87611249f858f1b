import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../errors.ts";
import { needs } from "../tests/needs.ts";
import { filesBelow } from "../tests/small_run.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { createFolder, type WriteFile } from "./atomic_folder.ts";

const files = needs("read", "write");

const both = async (file: WriteFile) => {
  await file("a", (append) => append(Uint8Array.of(1)));
  await file("b/c", (append) => append(Uint8Array.of(2)));
};

Deno.test("createFolder: files in folders, in place of nothing or of an empty folder", files, async () => {
  using folder = temporaryFolder();
  Deno.mkdirSync(folder.file("empty"));
  for (const name of ["new", "empty"]) {
    await createFolder(folder.file(name), both);
    assertEquals(filesBelow(folder.file(name)), ["a", "b/c"]);
  }
  assertEquals(folder.names(), ["empty", "new"]);
});

Deno.test("createFolder: what is there already stays, a file or a full folder", files, async () => {
  using folder = temporaryFolder();
  Deno.mkdirSync(folder.file("full"));
  for (const name of ["full/file", "file"]) Deno.writeTextFileSync(folder.file(name), "old");
  for (const name of ["full", "file"]) {
    const path = folder.file(name);
    const error = await assertRejects(
      () => createFolder(path, both),
      UserError,
      `${path} already exists. Remove it, `,
    );
    assertEquals(error.exitStatus, 2);
  }
  assertEquals(filesBelow(folder.path), ["file", "full/file"]);
});

Deno.test("createFolder: an error on the way leaves nothing", files, async () => {
  using folder = temporaryFolder();
  const failing = createFolder(folder.file("new"), async (file) => {
    await both(file);
    throw new RangeError("no more");
  });
  await assertRejects(() => failing, RangeError, "no more");
  assertEquals(folder.names(), []);
  const path = folder.file("missing/new");
  const error = await assertRejects(() => createFolder(path, both), UserError);
  assertEquals([error.message, error.exitStatus], [`cannot write ${path}: No such file or directory`, 1]);
});

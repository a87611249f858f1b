import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../errors.ts";
import { needs } from "../tests/needs.ts";
import { npy } from "../tests/npy.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { readNpyFile } from "./npy_file.ts";

Deno.test("readNpyFile: an array, and what is none is refused by its first bytes", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.npy");
  Deno.writeFileSync(path, npy("<f4", [2], Float32Array.of(1, 2)));
  assertEquals([...(await readNpyFile(path)).data], [1, 2]);
  Deno.truncateSync(path, 2 ** 40); // a terabyte that takes no disk
  await assertRejects(() => readNpyFile(path), UserError, `${path} says it is float32 [2], which takes 8 bytes`);
  Deno.writeFileSync(path, npy("|u1", [2 ** 33], new Uint8Array(0)));
  Deno.truncateSync(path, Deno.statSync(path).size + 2 ** 33);
  await assertRejects(() => readNpyFile(path), UserError, "and at most 4294967296 are read. Save it in several files");
});

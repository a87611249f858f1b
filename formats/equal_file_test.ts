import { assertEquals } from "@std/assert";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { hasBytes } from "./equal_file.ts";

const large = Uint8Array.from({ length: (8 << 20) + 3 }, (_, i) => i % 251);

Deno.test("hasBytes: all of them, and no more, in whatever pieces they come", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("one");
  Deno.writeFileSync(path, large);
  const has = (...pieces: Uint8Array<ArrayBuffer>[]) =>
    hasBytes(path, async (append) => {
      for (const piece of pieces) await append(piece);
    });
  const changed = (at: number) => large.with(at, 255);
  assertEquals(await has(large), true);
  assertEquals(await has(large.subarray(0, 5), large.subarray(5, 5), large.subarray(5)), true);
  assertEquals([await has(), await has(large.subarray(1)), await has(large.subarray(0, -1))], [false, false, false]);
  assertEquals([await has(changed(0)), await has(changed(8 << 20)), await has(large, large)], [false, false, false]);
  assertEquals(await hasBytes(folder.file("missing"), () => Promise.reject(new Error("begun"))), false);
});

Deno.test("hasBytes: what comes after the first difference is not asked for", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  Deno.writeTextFileSync(folder.file("one"), "abc");
  let asked = 0;
  const equal = await hasBytes(folder.file("one"), async (append) => {
    for (const letter of "axc") {
      asked++;
      await append(new TextEncoder().encode(letter));
    }
  });
  assertEquals([equal, asked], [false, 2]);
});

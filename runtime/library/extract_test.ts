import { assertEquals, assertRejects } from "@std/assert";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { extract } from "./extract.ts";
import { fakeMembers, writeFakeWheel } from "./testing/fake_wheel.ts";
import { isNeeded } from "./wheels.ts";

const allowed = needs("read", "write");

Deno.test("extract: writes the needed members, tells every byte, and removes the zip file", allowed, async () => {
  using folder = temporaryFolder();
  const zip = `${folder.path}/${(await writeFakeWheel(folder.path)).file}`;
  let told = [0, 0];
  const onProgress = (done: number, total: number) => told = [done, total];
  const files = await extract([zip], `${folder.path}/out`, { isNeeded, onProgress });
  assertEquals(files, Object.fromEntries(Object.entries(fakeMembers).map(([path, bytes]) => [path, bytes.length])));
  assertEquals(told, [301_010, 301_010]);
  for (const [path, bytes] of Object.entries(fakeMembers)) {
    assertEquals(await Deno.readFile(`${folder.path}/out/${path}`), bytes);
  }
  assertEquals((await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name), ["out"]);
});

Deno.test("extract: a zip file that was cut off fails before anything is written", allowed, async () => {
  using folder = temporaryFolder();
  const wheel = await writeFakeWheel(folder.path);
  const zip = `${folder.path}/${wheel.file}`;
  await Deno.truncate(zip, wheel.bytes - 100);
  const options = { isNeeded, onProgress: () => {} };
  await assertRejects(() => extract([zip], `${folder.path}/out`, options), Error, "End of central directory not found");
  assertEquals((await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name), [wheel.file]);
});

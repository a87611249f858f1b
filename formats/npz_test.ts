import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../errors.ts";
import { needs } from "../tests/needs.ts";
import { npy } from "../tests/npy.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { openNpz } from "./npz.ts";

async function npz(
  arrays: Record<string, Uint8Array<ArrayBuffer>>,
  level: number,
  ending = ".npy",
): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, level });
  for (const [name, bytes] of Object.entries(arrays)) await writer.add(`${name}${ending}`, new Uint8ArrayReader(bytes));
  return new Uint8Array(await writer.close());
}

Deno.test("openNpz: an array of zeros is no way to fill the memory", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.npz"), large = 2 ** 26;
  const arrays = {
    small: npy("|u1", [2 ** 20], new Uint8Array(2 ** 20)),
    large: npy("|u1", [large], new Uint8Array(large)),
  };
  Deno.writeFileSync(path, await npz(arrays, 6));
  using packed = await openNpz(path);
  assertEquals((await packed.read("small")).data.length, 2 ** 20);
  assertEquals((await packed.header("large")).shape, [large]);
  const { message } = await assertRejects(() => packed.read("large"), UserError);
  assertEquals(
    message.replace(path, "FILE").replace(/out of \d+/, "out of N"),
    `FILE, array large, would take ${
      large + 128
    } bytes, out of N. If it is meant, save it uncompressed, with numpy.savez`,
  );
  Deno.writeFileSync(path, await npz(arrays, 0));
  using stored = await openNpz(path);
  assertEquals((await stored.read("large")).data.length, large);
});

Deno.test("openNpz: two arrays of one name are refused", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.npz"), bytes = npy("|u1", [1], Uint8Array.of(1));
  Deno.writeFileSync(path, await npz({ x: bytes, "x.npy": bytes }, 0, ""));
  await assertRejects(() => openNpz(path), UserError, `${path} has two arrays of the name x`);
});

import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../errors.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { openByteFile } from "./byte_file.ts";
import { openZip } from "./zip.ts";

/** Makes an archive of two members, `stored` and `packed`. */
async function archive(text = "0123456789".repeat(50)): Promise<Uint8Array<ArrayBuffer>> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  await writer.add("stored", new TextReader(text), { level: 0 });
  await writer.add("packed", new TextReader(text), { level: 9 });
  return new Uint8Array(await writer.close());
}

/** Copies bytes, and replaces each `from` by `to`, which are texts or bytes. */
function replaced(bytes: Uint8Array<ArrayBuffer>, from: readonly number[], to: readonly number[]) {
  const copy = bytes.slice();
  for (let at = 0; at < copy.length; at++) if (from.every((byte, i) => copy[at + i] === byte)) copy.set(to, at);
  return copy;
}

/** Finds the positions of bytes. */
const places = (bytes: Uint8Array, wanted: readonly number[]) =>
  Array.from(bytes.keys()).filter((at) => wanted.every((byte, i) => bytes[at + i] === byte));

const codes = (text: string) => [...new TextEncoder().encode(text)];

async function withFile<T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  using folder = temporaryFolder();
  const path = folder.file("a.zip");
  Deno.writeFileSync(path, bytes);
  return await use(path);
}

Deno.test("openZip: members stored and deflated, whole and in part", needs("read", "write"), async () => {
  await withFile(await archive(), async (path) => {
    using file = await openByteFile(path);
    const { members, read, readStored } = await openZip(file);
    assertEquals([...members], [["stored", { size: 500, stored: true }], ["packed", { size: 500, stored: false }]]);
    const text = async (bytes: Promise<Uint8Array>) => new TextDecoder().decode(await bytes);
    assertEquals(await text(read("stored")), "0123456789".repeat(50));
    assertEquals(await text(read("packed")), "0123456789".repeat(50));
    assertEquals(await text(readStored("stored", 498, 2)), "89");
    await assertRejects(() => readStored("stored", 499, 2), RangeError, "stored has 500 bytes");
    await assertRejects(() => read("other"), UserError, "has no member other");
  });
});

Deno.test(
  "openZip: an archive without checksums says so; one wrong checksum is damage",
  needs("read", "write"),
  async () => {
    const good = await archive(), blank = good.slice();
    for (const at of places(good, [0x50, 0x4b, 1, 2])) blank.fill(0, at + 16, at + 20);
    await withFile(blank, async (path) => {
      using file = await openByteFile(path);
      const { hasChecksums, read } = await openZip(file);
      assertEquals([hasChecksums, (await read("packed")).length], [false, 500]);
    });
    const wrong = good.slice(), [first = 0] = places(good, [0x50, 0x4b, 1, 2]);
    wrong.fill(0, first + 16, first + 20);
    await withFile(wrong, async (path) => {
      using file = await openByteFile(path);
      const { hasChecksums, read } = await openZip(file);
      assertEquals(hasChecksums, true);
      await assertRejects(() => read("stored"), UserError, '"stored" is not what was written');
    });
  },
);

Deno.test("openZip: a member that inflates past what it says is stopped there", needs("read", "write"), async () => {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  await writer.add("bomb", new Uint8ArrayReader(new Uint8Array(64 << 20)), { level: 9, zip64: false });
  const bomb = new Uint8Array(await writer.close());
  await withFile(replaced(bomb, [0, 0, 0, 4], [0, 4, 0, 0]), async (path) => {
    using file = await openByteFile(path);
    const { members, stream } = await openZip(file);
    assertEquals(members.get("bomb")?.size, 1024);
    let inflated = 0;
    const read = async () => {
      for await (const { length } of stream("bomb")) inflated += length;
    };
    await assertRejects(read, UserError, 'is a damaged archive: "bomb" is not what was written');
    assertEquals(inflated <= 1024, true);
  });
});

Deno.test("openZip: every fault is one line", needs("read", "write"), async () => {
  const good = await archive();
  const size = [244, 1, 0, 0], exabyte = [255, 255, 255, 127];
  const faults: [Uint8Array, string][] = [
    [new Uint8Array(0), "it has no directory that can be read at its end"],
    [good.subarray(0, -30), "it has no directory that can be read at its end"],
    [good.subarray(300), "is a damaged archive"],
    [replaced(good, codes("packed"), codes("stored")), "is a damaged archive"],
    [replaced(good, codes("0123456789"), codes("0123456780")), '"stored" is not what was written'],
    [replaced(good, size, exabyte), "is a damaged archive"],
  ];
  for (const [bytes, message] of faults) {
    await withFile(bytes, async (path) => {
      using file = await openByteFile(path);
      const error = await assertRejects(
        async () => {
          const zip = await openZip(file);
          for (const name of zip.members.keys()) await zip.read(name);
        },
        UserError,
        message,
      );
      assertEquals([error.message.includes("\n"), error.exitStatus], [false, 2]);
    });
  }
});

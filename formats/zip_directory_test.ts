import { assertEquals } from "@std/assert";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { openByteFile } from "./byte_file.ts";
import { openZip } from "./zip.ts";
import { readZipDirectory } from "./zip_directory.ts";
import { zipWriter } from "./zip_writer.ts";

const codes = (text: string) => [...new TextEncoder().encode(text)];

/** Finds where records begin, by their signature. */
const places = (bytes: Uint8Array, signature: readonly number[]) =>
  Array.from(bytes.keys()).filter((at) => signature.every((byte, i) => bytes[at + i] === byte));

Deno.test(
  "readZipDirectory: a directory whose second record lies where its end would make it begin",
  needs("read", "write"),
  async () => {
    // with a name of 30 letters a record has 76 bytes, as ZIP64's two records at the end, which PyTorch writes beside plain ones
    const names = [`${"a".repeat(21)}/data.pkl`, "b"], parts: Uint8Array<ArrayBuffer>[] = [];
    const zip = zipWriter((bytes) => Promise.resolve(void parts.push(bytes.slice())));
    for (const name of names) await zip.add(name, new Uint8Array(codes(name)));
    await zip.finish();
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer()), view = new DataView(bytes.buffer);
    // plain records hold the sizes and positions that the writer leaves to ZIP64
    const records = names.map((name, i) => ({
      name,
      at: places(bytes, [0x50, 0x4b, 1, 2])[i] ?? 0,
      local: places(bytes, [0x50, 0x4b, 3, 4])[i] ?? 0,
    }));
    const directory = records.flatMap(({ name, at, local }) => {
      const record = bytes.slice(at, at + 46 + name.length), fields = new DataView(record.buffer);
      for (const [place, value] of [[20, name.length], [24, name.length], [42, local]] as const) {
        fields.setUint32(place, value, true);
      }
      fields.setUint16(30, 0, true);
      return [...record];
    });
    const end = bytes.length - 98, [start = 0] = records.map(({ at }) => at);
    view.setBigUint64(end + 40, BigInt(directory.length), true);
    view.setBigUint64(end + 56 + 8, BigInt(start + directory.length), true);
    view.setUint16(end + 76 + 8, 2, true);
    view.setUint16(end + 76 + 10, 2, true);
    view.setUint32(end + 76 + 12, directory.length, true);
    view.setUint32(end + 76 + 16, start, true);
    using folder = temporaryFolder();
    const path = folder.file("a.zip");
    Deno.writeFileSync(path, Uint8Array.from([...bytes.subarray(0, start), ...directory, ...bytes.subarray(end)]));
    using file = await openByteFile(path);
    assertEquals((await readZipDirectory(file)).map(({ name, size }) => [name, size]), [[names[0], 30], ["b", 1]]);
    const { read } = await openZip(file);
    for (const name of names) assertEquals(new TextDecoder().decode(await read(name)), name);
  },
);

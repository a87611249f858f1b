import { TextReader, Uint8ArrayReader, ZipWriter } from "@zip.js/zip.js";
import { sha256 } from "../checksum.ts";
import type { Wheel } from "../wheels.ts";

/** The file name of the wheel that {@linkcode writeFakeWheel} writes, which pip accepts. */
const file = "tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl";

/** The needed members of the fake wheel, by path. */
export const fakeMembers = {
  "tensorflow/libtensorflow_cc.so.2": new Uint8Array(300_000).map((_, i) => i * i),
  "tensorflow/libtensorflow_framework.so.2": new Uint8Array(1000).fill(7),
  "tensorflow/THIRD_PARTY_NOTICES.txt": new Uint8Array(10).fill(65),
} satisfies Record<string, Uint8Array>;

/** Writes a tiny wheel of TensorFlow into a folder, and pins its SHA-256. */
export async function writeFakeWheel(folder: string): Promise<Wheel> {
  const path = `${folder}/${file}`;
  {
    using target = await Deno.create(path);
    const zip = new ZipWriter(target.writable, { useWebWorkers: false });
    for (const [name, bytes] of Object.entries(fakeMembers)) await zip.add(name, new Uint8ArrayReader(bytes));
    await zip.add("tensorflow/__init__.py", new TextReader("# not needed\n"));
    const information = "tensorflow_cpu-2.21.0.dist-info";
    const metadata = "Metadata-Version: 2.1\nName: tensorflow-cpu\nVersion: 2.21.0\n";
    await zip.add(`${information}/METADATA`, new TextReader(metadata));
    await zip.add(
      `${information}/WHEEL`,
      new TextReader("Wheel-Version: 1.0\nTag: cp312-cp312-manylinux_2_27_x86_64\n"),
    );
    await zip.close();
  }
  return await pin(path);
}

/** Pins the SHA-256 of a wheel on disk. */
export async function pin(path: string): Promise<Wheel> {
  return { file, bytes: (await Deno.stat(path)).size, sha256: await sha256(path, () => {}) };
}

/** Returns pip's environment for a folder of wheels, without the network and the user's settings. */
export function pipFrom(folder: string): Record<string, string> {
  return { PIP_NO_INDEX: "1", PIP_FIND_LINKS: folder, PIP_CONFIG_FILE: "/dev/null" };
}

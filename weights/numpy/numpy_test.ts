import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { zipWriter } from "../../formats/zip_writer.ts";
import { needs } from "../../tests/needs.ts";
import { npy } from "../../tests/npy.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { replaceFile } from "../../formats/atomic_file.ts";
import { openWeights } from "../open_weights.ts";

async function npz(path: string, members: Readonly<Record<string, Uint8Array<ArrayBuffer>>>): Promise<void> {
  await replaceFile(path, async (append) => {
    const zip = zipWriter(append);
    for (const [name, bytes] of Object.entries(members)) await zip.add(name, bytes);
    await zip.finish();
  });
}

Deno.test(
  "numpy: arrays are tensors of their names; integers and lies are refused",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    const path = folder.file("w.npz");
    await npz(path, {
      "fc.weight.npy": npy("<f4", [1, 2], Float32Array.of(1, 2)),
      "half.npy": npy("<f2", [2], Float16Array.of(0.5, 2)),
      "steps.npy": npy("<i8", [1], BigInt64Array.of(3n)),
    });
    using file = await openWeights(path);
    assertEquals([file.format, file.tensors.get("fc.weight")], ["NumPy", { dtype: "F32", shape: [1, 2] }]);
    assertEquals([await file.read("fc.weight"), await file.read("half")], [
      Float32Array.of(1, 2),
      Float32Array.of(0.5, 2),
    ]);
    await assertRejects(() => file.read("steps"), UserError, 'tensor "steps" holds integers (int64)');

    await npz(path, { "w.npy": npy("<f4", [2 ** 30, 2 ** 30], Float32Array.of(1)) });
    await assertRejects(
      () => openWeights(path),
      UserError,
      "w, says it is float32 [1073741824, 1073741824], which takes",
    );
    await npz(path, { "w.npy": npy("|O", [1], new Uint8Array(8)) });
    await assertRejects(() => openWeights(path), UserError, "w, has elements of type |O");
  },
);

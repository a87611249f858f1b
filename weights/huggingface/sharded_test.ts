import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import type { StoredTensor } from "../dtype.ts";
import { fitWeights } from "../matching/fit.ts";
import { writePytorch } from "../pytorch/pytorch_writer.ts";
import { writeSafetensors } from "../safetensors/safetensors.ts";
import { smallModel as model, weightsFile, whole } from "../testing/small_weights.ts";
import { openWeights } from "../open_weights.ts";

const stored = (...names: (keyof typeof whole)[]): StoredTensor[] =>
  names.map((name) => ({ name, dtype: "F32", shape: whole[name][0], data: () => Float32Array.from(whole[name][1]) }));

const [first, ...others] = Object.keys(whole) as (keyof typeof whole)[];

/** A folder of `save_pretrained`, in two parts. */
async function pretrained(file: (name: string) => string, ending: "safetensors" | "bin"): Promise<void> {
  const name = ending === "bin" ? "pytorch_model" : "model",
    parts = [1, 2].map((i) => `${name}-0000${i}-of-00002.${ending}`);
  const write = ending === "bin" ? writePytorch : writeSafetensors;
  await write(file(parts[0]), stored(first), {});
  await write(file(parts[1]), stored(...others), {});
  const map = Object.fromEntries([[first, parts[0]], ...others.map((other) => [other, parts[1]])]);
  Deno.writeTextFileSync(file(`${name}.${ending}.index.json`), JSON.stringify({ metadata: {}, weight_map: map }));
  Deno.writeTextFileSync(file("config.json"), "{}");
}

async function fitted(path: string): Promise<[number[], readonly string[]]> {
  using file = await openWeights(path);
  const { read, notes } = fitWeights(file, { model, name: "mine" });
  return [[...await read("stem/kernel"), ...await read("head/kernel")], notes];
}

Deno.test("sharded: a folder, its index and any part of it are the model", needs("read", "write"), async () => {
  const plain = fitWeights(weightsFile(whole), { model, name: "mine" });
  const expected = [...await plain.read("stem/kernel"), ...await plain.read("head/kernel")];
  for (
    const [ending, index, format] of [
      ["safetensors", "model.safetensors.index.json", "safetensors"],
      ["bin", "pytorch_model.bin.index.json", "PyTorch"],
    ] as const
  ) {
    using folder = temporaryFolder();
    await pretrained(folder.file, ending);
    for (
      const path of [
        folder.path,
        folder.file(index),
        folder.file(index.replace(/\.(\w+)\.index\.json/, "-00002-of-00002.$1")),
      ]
    ) {
      assertEquals(await fitted(path), [expected, [
        `${folder.file(index)}: ${format}, names of torchvision; for films (x/255 − 0.449)/0.226`,
        "its 7 tensors lie in 2 files",
      ]]);
    }
  }
});

Deno.test(
  "sharded: a folder with one file of weights is that file, safetensors before others",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    await assertRejects(
      () => openWeights(folder.path),
      UserError,
      `${folder.path} is a folder without model.safetensors, model.safetensors.index.json, pytorch_model.bin, ` +
        "pytorch_model.bin.index.json. Name the file of weights in it",
    );
    for (const name of ["pytorch_model.bin", "model.safetensors"]) {
      await (name.endsWith("bin") ? writePytorch : writeSafetensors)(folder.file(name), stored(first, ...others), {});
      const [, [note]] = await fitted(folder.path);
      assertEquals(note.startsWith(`${folder.file(name)}: `), true);
    }
  },
);

Deno.test("sharded: an index that is none, or that its files belie, is one line", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  await writeSafetensors(folder.file("a.safetensors"), stored(first), {});
  const path = folder.file("model.safetensors.index.json");
  const rows: [unknown, string][] = [
    ["", 'is not an index of weights: it has no "weight_map" from tensors to files beside it'],
    [{ weight_map: { w: "../a.safetensors" } }, "is not an index of weights"],
    [{ weight_map: { w: "/etc/passwd" } }, "is not an index of weights"],
    [{ weight_map: {} }, "names no tensor"],
    [{ weight_map: { w: "a.safetensors" } }, 'says that "w" is in "a.safetensors", and it is not'],
    [{ weight_map: { w: "b.safetensors" } }, "b.safetensors: No such file"],
  ];
  for (const [index, message] of rows) {
    Deno.writeTextFileSync(path, JSON.stringify(index));
    const error = await assertRejects(() => openWeights(path), UserError, message);
    assertEquals([error.message.includes("\n"), error.exitStatus], [false, 2]);
  }
});

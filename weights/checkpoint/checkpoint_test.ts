import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { openCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { type CheckpointMetadata, decodeMetadata, encodeMetadata } from "./checkpoint_metadata.ts";
import type { StoredTensor } from "../dtype.ts";
import { writeSafetensors } from "../safetensors/safetensors.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";

const spec = { type: "stack", children: [["0", { type: "dense", units: 2 }]] };
const metadata: CheckpointMetadata = {
  thorax: "0.1.0",
  model: "42",
  spec,
  input: [224, 224, 1],
  labels: ["Mass", "No Finding"],
  preprocessing: { imageSize: 224, mean: 0.5, std: 0.5, channels: 1, resize: "bilinear-antialias" },
  dataset: {
    kind: "nih",
    directory: "films/ünïcode",
    name: "NIH ChestX-ray14",
    synthetic: false,
    splitSeed: 42,
    splitType: "rare-first",
    split: { validation: ["1.png"], test: ['a "quoted",\nname.png', "2.png"] },
  },
  options: { lr: 5e-5, dropout: null },
  epoch: 3,
  step: 120,
  validationLoss: 0.328,
};
const kernel: StoredTensor = { name: "0/kernel", dtype: "F32", shape: [1, 2], data: () => Float32Array.of(0.5, -1) };
const step: StoredTensor = { name: "step", dtype: "I32", shape: [], data: () => Int32Array.of(120) };

Deno.test("checkpoint metadata: what is written comes back, and its text fields are text", () => {
  const fields = encodeMetadata(metadata);
  assertEquals([fields.thorax, fields.model, fields.labels], ["0.1.0", "42", '["Mass","No Finding"]']);
  assertEquals(decodeMetadata(fields), metadata);
  assertEquals(decodeMetadata(encodeMetadata({ ...metadata, validationLoss: null })), {
    ...metadata,
    validationLoss: null,
  });
});

Deno.test("checkpoint metadata: a field that is missing or wrong is named", () => {
  const fields = encodeMetadata(metadata);
  const { labels: _, ...rest } = fields;
  assertEquals(decodeMetadata(rest), "labels is missing");
  assertEquals(decodeMetadata({ ...fields, spec: "{" }), "spec is not JSON");
  assertEquals(
    decodeMetadata({ ...fields, input: "[224,224,0]" }),
    "input.2: Too small: expected number to be >0",
  );
  assertThrows(() => encodeMetadata({ ...metadata, validationLoss: NaN }), Error, "validationLoss");
});

Deno.test("checkpoint metadata: what leads out of a folder, past all bounds, or contradicts itself is refused", () => {
  const { preprocessing, dataset } = metadata;
  const rows: [field: string, value: unknown, reason: string][] = [
    [
      "dataset",
      { ...dataset, splitType: "/../../x" },
      "dataset.splitType: Invalid: expected a name without folders and control characters",
    ],
    ["model", "../x", "model: Invalid: expected a name without folders and control characters"],
    ["model", "a\x1b[2J", "model: Invalid: "],
    ["model", "..", "model: Invalid: "],
    ["input", [1e9, 1e9, 1], "input.0: Too big: "],
    ["input", [224, 224], "input: Too small: "],
    ["preprocessing", { ...preprocessing, imageSize: 2 ** 40 }, "preprocessing.imageSize: Too big: "],
    ["preprocessing", { ...preprocessing, imageSize: 32 }, "preprocessing.imageSize: films of 32² do not fit a model "],
    ["preprocessing", { ...preprocessing, channels: 3 }, "preprocessing.channels: 3 channels do not fit a model for 1"],
    ["preprocessing", { ...preprocessing, std: 1e-320 }, "preprocessing.std: Too small: "],
    ["preprocessing", { ...preprocessing, mean: null }, "preprocessing.mean: "],
    ["labels", ["x".repeat(5000)], "labels.0: Too big: "],
    ["labels", Array(70_000).fill("x"), "labels: Too big: "],
    ["options", { lr: [[[]]] }, "options.lr: "],
    ["step", 2 ** 40, "step: Too big: "],
  ];
  for (const [field, value, reason] of rows) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const found = decodeMetadata({ ...encodeMetadata(metadata), [field]: text });
    assert(typeof found === "string" && found.startsWith(reason), `${field}: ${found}`);
  }
  const deep = `${"[".repeat(1e5)}${"]".repeat(1e5)}`;
  assertEquals(typeof decodeMetadata({ ...encodeMetadata(metadata), options: `{"lr":${deep}}` }), "string");
  const spec = `{"type":"stack","children":${deep}}`;
  assertEquals(typeof decodeMetadata({ ...encodeMetadata(metadata), spec }), "object"); // compile refuses it
});

Deno.test("checkpoint: written and opened, tensors read by name", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("best_model.safetensors");
  await writeCheckpoint(path, metadata, [step, kernel]);
  using checkpoint = await openCheckpoint(path);
  assertEquals(checkpoint.metadata, metadata);
  assertEquals([checkpoint.names, checkpoint.shapes.get("0/kernel")], [["step", "0/kernel"], [1, 2]]);
  assertEquals(await checkpoint.read("0/kernel"), Float32Array.of(0.5, -1));
  assertEquals(await checkpoint.readStored("step"), Int32Array.of(120));
});

Deno.test("checkpoint: the split of 112,120 films stays under a megabyte", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("nih.safetensors");
  const films = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => `${String(from + i).padStart(8, "0")}_000.png`);
  const split = { validation: films(0, 11_212), test: films(11_212, 22_424) };
  const large = { ...metadata, dataset: { ...metadata.dataset, split } };
  await writeCheckpoint(path, large, [kernel]);
  assertEquals(Deno.statSync(path).size < 1e6, true);
  using checkpoint = await openCheckpoint(path);
  assertEquals(checkpoint.metadata.dataset.split, split);
});

Deno.test("checkpoint: another program's file, and a damaged one, are refused", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("other.safetensors");
  await writeSafetensors(path, [kernel], { format: "pt" });
  await assertRejects(
    () => openCheckpoint(path),
    UserError,
    `${path} is a safetensors file but holds no Thorax metadata; it is not a checkpoint of this program`,
  );
  await writeSafetensors(path, [kernel], { ...encodeMetadata(metadata), epoch: "-1" });
  await assertRejects(() => openCheckpoint(path), UserError, "metadata are damaged, or of another version: epoch: ");
});

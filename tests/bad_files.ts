/** For tests: files as people have them when something is wrong. */
import { encode } from "fast-png";
import { nihLabels } from "../data/labels.ts";
import { openPhantom } from "../data/phantom/phantom.ts";
import { compile } from "../dsl/compile/compile.ts";
import { dense } from "../dsl/layers/dense.ts";
import { dropout } from "../dsl/layers/dropout.ts";
import { flatten } from "../dsl/layers/flatten.ts";
import { stack } from "../dsl/combinators/stack.ts";
import { zipWriter } from "../formats/zip_writer.ts";
import { recordRecipe } from "../train/recipe_record.ts";
import { documentRecipe } from "../train/recipe.ts";
import { describe } from "../train/run/describe.ts";
import { replaceFile } from "../formats/atomic_file.ts";
import { type CheckpointMetadata, encodeMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import { writePytorch } from "../weights/pytorch/pytorch_writer.ts";
import { writeSafetensors } from "../weights/safetensors/safetensors.ts";
import { npy } from "./npy.ts";

const png = encode({ width: 4, height: 4, channels: 1, depth: 8, data: new Uint8Array(16).fill(90) });

/** A folder in NIH's layout: a film for each list of labels, each of a patient of its own. */
function films(folder: string, findings: readonly string[]): void {
  Deno.mkdirSync(`${folder}/images`, { recursive: true });
  const rows = findings.map((labels, i) => `${i}.png,${labels},${i}`);
  Deno.writeTextFileSync(
    `${folder}/Data_Entry_2017.csv`,
    ["Image Index,Finding Labels,Patient ID", ...rows, ""].join("\n"),
  );
  for (const i of findings.keys()) Deno.writeFileSync(`${folder}/images/${i}.png`, png);
}

/** A checkpoint of one dense layer, said to be trained on the phantom; `says` takes the place of fields of its metadata. */
async function checkpoint(
  path: string,
  { name = "linear", labels = nihLabels, prefix = "", fill = 0, says = (_: CheckpointMetadata) => ({}) } = {},
): Promise<void> {
  const phantom = openPhantom();
  const spec = stack({ flatten: flatten(), head: dense(labels.length) });
  const model = compile(spec, { input: [32, 32, 1] });
  const recipe = await recordRecipe(documentRecipe), options = { model: name, imgSize: 32 };
  const progress = { step: 1, epoch: 1, schedule: { learningRate: 1 }, best: null };
  const dataset = { ...phantom, labels };
  const metadata = describe({ name, model, dataset, recipe, splitSeed: 42, options }, progress);
  const fields = Object.entries(says(metadata)).map(([field, value]) => [field, JSON.stringify(value)]);
  await writeSafetensors(
    path,
    model.parameters.map(({ path, shape }) => ({
      name: prefix + path,
      dtype: "F32" as const,
      shape,
      data: () => new Float32Array(shape.reduce((a, b) => a * b)).fill(fill, 7, 8),
    })),
    { ...encodeMetadata(metadata), ...Object.fromEntries(fields) },
  );
}

/** A file of torch.save with a pickle, and nothing else. */
async function pickled(path: string, pickle: string): Promise<void> {
  await replaceFile(path, async (append) => {
    const zip = zipWriter(append);
    await zip.add("call/data.pkl", Uint8Array.from(pickle, (character) => character.charCodeAt(0)));
    await zip.finish();
  });
}

/** Fills a folder; the rows of the list name what is in it. */
export async function badFiles(folder: string): Promise<void> {
  const at = (name: string) => `${folder}/${name}`;
  const text = (name: string, content: string) => Deno.writeTextFileSync(at(name), content);
  for (const name of ["empty", "run", "broken_run", "null_run", "linked_run", "stateless_run"]) {
    Deno.mkdirSync(at(name));
  }
  text("taken", "");

  const mixed = Array.from({ length: 20 }, (_, i) => i % 2 === 0 ? "Mass" : "No Finding");
  films(at("films"), mixed);
  films(at("missing"), mixed);
  for (const i of [2, 17]) Deno.removeSync(at(`missing/images/${i}.png`));
  films(at("truncated"), mixed);
  Deno.writeFileSync(at("truncated/images/4.png"), png.subarray(0, -9));
  films(at("unknown"), ["Mass|Nodul", "No Finding", "Nodul", "Mass", "Mass", "Mass"]);
  films(at("lone"), ["Mass", "No Finding"]);
  films(at("abnormal"), Array(20).fill("Mass"));
  films(at("imageless"), mixed);
  Deno.removeSync(at("imageless/images"), { recursive: true });
  text("empty.png", "");

  await checkpoint(at("linear.safetensors"));
  await checkpoint(at("labels.safetensors"), { labels: ["Mass", "No Finding"] });
  await checkpoint(at("state.safetensors"), { prefix: "weights/" });
  await checkpoint(at("nan.safetensors"), { fill: NaN });
  await checkpoint(at("huge.safetensors"), { fill: 3e38 });
  await checkpoint(at("elsewhere.safetensors"), {
    says: ({ dataset }) => ({ dataset: { ...dataset, splitType: "/../../x" } }),
  });
  await checkpoint(at("escape.safetensors"), {
    says: ({ labels }) => ({ labels: labels.with(0, "Mass\x1b[2J\nerror: none") }),
  });
  await checkpoint(at("few_labels.safetensors"), { says: ({ labels }) => ({ labels: labels.slice(0, 3) }) });
  await checkpoint(at("many_labels.safetensors"), { says: ({ labels }) => ({ labels: [...labels, "x"] }) });
  const preprocessing =
    (changed: Partial<CheckpointMetadata["preprocessing"]>) => ({ preprocessing }: CheckpointMetadata) => ({
      preprocessing: { ...preprocessing, ...changed },
    });
  await checkpoint(at("channels.safetensors"), { says: preprocessing({ channels: 3 }) });
  await checkpoint(at("size.safetensors"), { says: preprocessing({ imageSize: 64 }) });
  await checkpoint(at("vast_size.safetensors"), { says: preprocessing({ imageSize: 2 ** 40 }) });
  await checkpoint(at("vast_input.safetensors"), { says: () => ({ input: [1e9, 1e9, 1] }) });
  Deno.writeFileSync(at("short.safetensors"), Deno.readFileSync(at("linear.safetensors")).subarray(0, -100));
  await writeSafetensors(at("foreign.safetensors"), [], { format: "pt" });

  await pickled(at("call.pt"), "\x80\x02cposix\nsystem\nX\x02\0\0\0ls\x85R.");
  // lists of two lists that are one, 40 deep, as the key of a dict, twice
  const doubled = Array.from(
    { length: 40 },
    (_, i) => `(h${String.fromCharCode(i)}h${String.fromCharCode(i)}lq${String.fromCharCode(i + 1)}`,
  );
  await pickled(at("doubled.pt"), `\x80\x02}((lq\0${doubled.join("")}Nh\x28Nu.`);
  await writePytorch(at("cut.pt"), [{ name: "w", dtype: "F32", shape: [64], data: () => new Float32Array(64) }]);
  Deno.writeFileSync(at("cut.pt"), Deno.readFileSync(at("cut.pt")).subarray(0, -100));
  const vast = { w: { dtype: "F32", shape: [2 ** 29, 2 ** 29], data_offsets: [0, 2 ** 60] } };
  const header = new TextEncoder().encode(JSON.stringify(vast));
  Deno.writeFileSync(at("vast.safetensors"), Uint8Array.of(header.length, ...new Array(7).fill(0), ...header));
  await replaceFile(at("vast.npz"), async (append) => {
    const zip = zipWriter(append);
    await zip.add("w.npy", npy("<f4", [2 ** 29, 2 ** 29], new Float32Array(1)));
    await zip.finish();
  });
  text("linear.ts", `export default ${JSON.stringify(stack({ flatten: flatten(), head: dense(15) }))};\n`);
  await writePytorch(at("nan.pt"), [
    { name: "head.weight", dtype: "F32", shape: [15, 1024], data: () => new Float32Array(15 * 1024).fill(NaN, 7, 8) },
    { name: "head.bias", dtype: "F32", shape: [15], data: () => new Float32Array(15) },
  ]);

  text("none.ts", "export const layers = [];\n");
  text("throws.ts", 'export default function () {\n  throw new Error("no such depth: 7");\n}\n');
  text("syntax.ts", "export default stack(;\n");
  text("shape.ts", `export default ${JSON.stringify(dense(15))};\n`);
  const dropping = JSON.stringify(stack([flatten(), dropout(0.5), dense(15)]));
  text("own_dropout.ts", `export default () => (${dropping});\n`);
  text("three.ts", `export default ${JSON.stringify(stack([flatten(), dense(3)]))};\n`);
  text("typo.ts", 'export default { type: "dens", units: 15 };\n');

  const batch = new Float32Array(32 * 32);
  Deno.writeFileSync(at("shape.npy"), npy("<f4", [1, 1, 16, 64], batch));
  Deno.writeFileSync(at("double.npy"), npy("<f8", [1, 1, 32, 32], Float64Array.from(batch)));
  Deno.writeFileSync(at("short.npy"), npy("<f4", [1, 1, 32, 32], batch.subarray(1)));
  text("text.npy", "not an array");
  Deno.writeFileSync(at("huge.npy"), npy("<f4", [2, 1, 32, 32], new Float32Array(2 * 32 * 32).fill(1e30, 1024, 1025)));
  const pixels = new Float32Array(3 * 32 * 32);
  pixels[2 * 32 * 32 + 5 * 32 + 7] = NaN;
  Deno.writeFileSync(at("nan.npy"), npy("<f4", [3, 1, 32, 32], pixels));

  text("run/config.json", JSON.stringify({ model: "resnet18", learningRate: 1 }));
  text("broken_run/config.json", "{");
  text("null_run/config.json", "null");
  Deno.symlinkSync(at("taken"), at("linked_run/metrics.csv"));
  text("stateless_run/config.json", JSON.stringify({ model: "resnet18" }));
}

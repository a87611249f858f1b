/** Weights of other libraries in and out, from the command line. */
import { join } from "node:path";
import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { compile } from "../dsl/compile/compile.ts";
import { dense } from "../dsl/layers/dense.ts";
import { flatten } from "../dsl/layers/flatten.ts";
import { stack } from "../dsl/combinators/stack.ts";
import { buildModel, registry } from "../models/registry.ts";
import { openCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { keyMapOf } from "../weights/matching/key_map.ts";
import type { StoredTensor } from "../weights/dtype.ts";
import { openWeights } from "../weights/open_weights.ts";
import { writePytorch } from "../weights/pytorch/pytorch_writer.ts";
import { run, succeed } from "./command.ts";
import { needs } from "./needs.ts";
import { npy } from "./npy.ts";
import { filesBelow, smallRun } from "./small_run.ts";
import { sourceText } from "./sources.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const native = needs("ffi", "env", "read", "run", "write");

/** ResNet-18 as torchvision has it, for color and 1000 classes, its weights small and equal. */
async function torchvision(path: string): Promise<void> {
  const model = compile(buildModel("resnet18", { numClasses: 1000 }), { input: [32, 32, 3] });
  const { entries } = keyMapOf({ model, name: "resnet18", weightNames: registry.resnet18.weightNames }, "torchvision");
  const tensors = Array.from(entries.values(), ({ names: [name], layout: { shape } }): StoredTensor => {
    return { name, dtype: "F32", shape, data: () => new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.01) };
  });
  await writePytorch(path, tensors);
}

Deno.test("export: what comes back as --weights predicts as the checkpoint does, bit for bit", native, async (t) => {
  using folder = temporaryFolder();
  const { best } = await smallRun(folder.path);
  const batch = Float32Array.from({ length: 2 * 32 * 32 }, (_, i) => Math.sin(i));
  Deno.writeFileSync(folder.file("batch.npy"), npy("<f4", [2, 1, 32, 32], batch));
  const input = ["--input", folder.file("batch.npy"), "--device", "cpu", "--json"];
  const expected = JSON.parse(await succeed("predict", ["--ckpt-path", best, ...input]));
  const ways: [file: string, told: string, ...args: string[]][] = [
    ["a.pt", "pytorch, names of torchvision, 44.8 MB", "--format", "pytorch"],
    ["b.safetensors", "pytorch, names of timm, 44.8 MB", "--format", "pytorch", "--names", "timm"],
    ["c.safetensors", "safetensors, paths of Thorax, 44.8 MB"],
  ];
  for (const [file, told, ...args] of ways) {
    await t.step(file, async () => {
      const path = folder.file(file);
      const { status, stdout, lines } = await run("export", ["--ckpt-path", best, "--output", path, ...args]);
      assertEquals([status, stdout, lines], [0, "", [`Wrote ${path}: ${told}`]]);
      const weights = ["--model", "resnet18", "--weights", path, "--strict"];
      assertEquals(JSON.parse(await succeed("predict", [...weights, ...input])), expected);
    });
  }
});

Deno.test("train --weights: a color stem summed, a head left out, the range in the checkpoint", native, async () => {
  using folder = temporaryFolder();
  const path = folder.file("resnet18.pth");
  await torchvision(path);
  const { lines, best } = await smallRun(folder.path, "--weights", path);
  assertEquals(lines.slice(2, 5), [
    `${path}: PyTorch, names of torchvision; for films (x/255 − 0.449)/0.226`,
    "conv1.weight (conv1/kernel): its 3 channels are summed to one",
    "left out: fc.weight (fc/kernel) is [1000, 512], and the model has [15, 512]",
  ]);
  using checkpoint = await openCheckpoint(best);
  const { mean, std } = checkpoint.metadata.preprocessing;
  assert(Math.abs(mean - 0.449) < 1e-9 && Math.abs(std - 0.226) < 1e-9);
  // two steps of Adam at 5e-5 from 3 · 0.01, and the head drawn anew
  for (const value of await checkpoint.read("conv1/kernel")) assert(Math.abs(value - 0.03) < 2e-4);
  assert(new Set(await checkpoint.read("fc/kernel")).size > 1000);

  const before = filesBelow(folder.path);
  const strict = await run("train", [
    "--model",
    "resnet18",
    "--weights",
    path,
    "--strict",
    "--ckpt-dir",
    folder.file("n"),
  ]);
  assertEquals([strict.status, strict.lines.length, filesBelow(folder.path)], [2, 1, before]);
  assertMatch(
    strict.lines[0],
    /does not fit the model: conv1\.weight \(conv1\/kernel\) is \[64, 3, 7, 7\], and the model/,
  );
});

Deno.test("train --resume: films stay scaled as the first weights expect it", native, async () => {
  using folder = temporaryFolder();
  const spec = stack({ flatten: flatten(), head: dense(15) });
  Deno.writeTextFileSync(folder.file("linear.ts"), `export default ${JSON.stringify(spec)};\n`);
  await writePytorch(folder.file("linear.pt"), [
    { name: "head.weight", dtype: "F32", shape: [15, 1024], data: () => new Float32Array(15 * 1024).fill(0.001) },
    { name: "head.bias", dtype: "F32", shape: [15], data: () => new Float32Array(15) },
  ]);
  const still = [
    "--model",
    folder.file("linear.ts"),
    "--weights",
    folder.file("linear.pt"),
    "--lr",
    "1e-6",
    "--names",
    "torchvision",
  ];
  const { path, best } = await smallRun(folder.path, ...still, "--epochs", "3");
  await succeed("train", ["--resume", path, "--max-steps", "4", "--log-dir", folder.file("logs")]);
  for (const file of [best, join(path, "final_model.safetensors"), join(path, "last", "state.safetensors")]) {
    using checkpoint = await openCheckpoint(file);
    const { mean, std } = checkpoint.metadata.preprocessing;
    assert(Math.abs(mean - 0.449) < 1e-9 && Math.abs(std - 0.226) < 1e-9, file);
  }
  // the weights all but stand still, and so does the loss of the same films
  const rows = Deno.readTextFileSync(join(path, "metrics.csv")).split("\n").map((row) => row.split(","));
  const losses = rows.filter(([, , split]) => split === "val").map(([, step, , loss]) => [step, Number(loss)]);
  assertEquals(losses.map(([step]) => step), ["2", "4"]);
  assertAlmostEquals(Number(losses[1][1]), Number(losses[0][1]), 5e-3);
});

Deno.test("predict: a batch far outside of the weights' range is warned about", native, async () => {
  using folder = temporaryFolder();
  await torchvision(folder.file("w.pth"));
  Deno.writeFileSync(folder.file("batch.npy"), npy("<f4", [1, 3, 32, 32], new Float32Array(3 * 32 * 32).fill(255)));
  const model = "--model resnet18 --in-channels 3 --num-classes 1000 --device cpu --json".split(" ");
  const files = ["--weights", folder.file("w.pth"), "--input", folder.file("batch.npy")];
  const { status, lines } = await run("predict", [...model, ...files]);
  assertEquals([status, lines.slice(1)], [0, [
    `warning: ${
      folder.file("batch.npy")
    } holds values from 255 to 255, and the model expects -2.118 (black) to 2.64 (white)`,
  ]]);
});

Deno.test(
  "docs/weights.md: the weightNames of its example are read by --weights and written by export",
  native,
  async () => {
    using folder = temporaryFolder();
    const example = /^```ts\n([\s\S]*?export const weightNames[\s\S]*?)^```$/m.exec(sourceText("docs/weights.md"))?.[1];
    const file = folder.file("small_net.ts"), weights = folder.file("small_net.pt");
    Deno.writeTextFileSync(file, example ?? "");
    const shapes = { "net.0.weight": [8, 1, 3, 3], "net.0.bias": [8], "net.4.weight": [15, 8], "net.4.bias": [15] };
    const tensors = Object.entries(shapes).map(([name, shape]): StoredTensor => (
      { name, dtype: "F32", shape, data: () => new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.01) }
    ));
    await writePytorch(weights, tensors);
    const { lines, best } = await smallRun(folder.path, "--model", file, "--weights", weights);
    assertEquals(lines[2], `${weights}: PyTorch, names of torchvision; for films (x/255 − 0)/1`);
    const back = folder.file("back.pt"), args = ["--ckpt-path", best, "--format", "pytorch", "--output", back];
    assertEquals(await succeed("export", [...args, "--model", file]), "");
    using exported = await openWeights(back);
    assertEquals([...exported.tensors.keys()], Object.keys(shapes));
    // without the file, the paths with dots
    assertEquals(await succeed("export", args.with(-1, folder.file("dots.pt"))), "");
    using dotted = await openWeights(folder.file("dots.pt"));
    assertEquals([...dotted.tensors.keys()], ["stem.weight", "stem.bias", "head.weight", "head.bias"]);
  },
);

Deno.test("a file's weightNames with a fault are one line, exit status 2", native, async () => {
  using folder = temporaryFolder();
  const file = folder.file("wrong.ts"), spec = JSON.stringify(stack({ flatten: flatten(), head: dense(15) }));
  Deno.writeTextFileSync(file, `export default ${spec};\nexport const weightNames = { torchvison: {} };\n`);
  const { status, lines } = await run("summary", ["--model", file]);
  assertEquals([status, lines], [2, [
    `error: --model ${file} exports weightNames of "torchvison", which is not a library; did you mean torchvision?`,
  ]]);
});

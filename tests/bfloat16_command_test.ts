/** `--precision bfloat16` on real films, and where it is refused. */
import * as tf from "@tensorflow/tfjs-core";
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { openBatches } from "../data/stream/batches.ts";
import { openDataset } from "../data/readers/open_dataset.ts";
import { compile } from "../dsl/compile/compile.ts";
import { buildModel } from "../models/registry.ts";
import { bfloat16Speedup, type Precision } from "../ops/precision.ts";
import { adam } from "../train/optimizers/adam.ts";
import { stepScalars } from "../train/optimizers/optimizers.ts";
import { initialState } from "../train/state.ts";
import { compileStep } from "../train/step.ts";
import { batchTensors } from "../train/validate.ts";
import { run, succeed } from "./command.ts";
import { useEngine } from "./engine.ts";
import { filmsFolder, needs } from "./needs.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const steps = 50, side = 96, batchSize = 8;

/** The losses of steps on the first films of the sample, in file order. */
async function losses(name: string, precision: Precision): Promise<number[]> {
  const dataset = await openDataset({ directory: new URL("nih_sample", filmsFolder).pathname, kind: "auto" });
  const spec = buildModel(name, { numClasses: dataset.labels.length });
  const model = compile(spec, { input: [side, side, 1] });
  const step = compileStep(model, { precision });
  await using batches = openBatches(dataset, { imageSize: side, workers: 0 });
  const order = Array.from({ length: steps * batchSize }, (_, i) => i % dataset.films.length);
  let { tensors } = initialState(model, model.init(42));
  const seed = tf.tensor1d([1, 2], "int32"), found: number[] = [];
  for await (const batch of batches.stream(order, { batchSize })) {
    const given = batchTensors(batch, model);
    const scalars = stepScalars(adam(), { step: found.length + 1, epoch: 1, learningRate: 5e-5 });
    const [next, result] = await step(tensors, { ...given, seed, scalars });
    found.push(result.dataSync()[0]);
    tensors = next;
    tf.dispose([given.images, given.targets, result]);
  }
  tf.dispose([tensors, seed]);
  return found;
}

for (const name of ["resnet18", "vit_tiny_patch16_224"]) {
  Deno.test(
    `bfloat16: the loss of 50 steps of ${name} on real films is within 1 % of float32's`,
    needs("ffi", "env", "read", "run", "films"),
    async () => {
      await useEngine();
      if (bfloat16Speedup() === 0) return; // nothing to compute with
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const [exact, low] = [await losses(name, "float32"), await losses(name, "bfloat16")];
      assertEquals([exact.length, low.length], [steps, steps]);
      for (const [from, to] of [[0, 10], [40, 50], [0, 50]]) {
        const [wanted, got] = [exact, low].map((all) => mean(all.slice(from, to)));
        assert(Math.abs(got - wanted) < 0.01 * wanted, `steps ${from} to ${to}: ${got} against ${wanted}`);
      }
    },
  );
}

const x86 = { ignore: Deno.build.arch !== "x86_64" || needs("ffi", "env", "read", "run", "write").ignore };

Deno.test("train --precision bfloat16 is refused where the processor has no instructions for it", x86, async () => {
  using folder = temporaryFolder();
  const folders = ["--ckpt-dir", folder.file("c"), "--log-dir", folder.file("l")];
  const { status, lines } = await run(
    "train",
    ["--model", "resnet18", "--img-size", "32", "--max-steps", "1", "--precision", "bfloat16", ...folders],
    { ONEDNN_MAX_CPU_ISA: "AVX2" }, // as if it were an older processor
  );
  assertEquals([status, lines.length], [2, 1]);
  assertMatch(lines[0], /^error: --precision bfloat16 is not faster on this machine: .+\. Leave the option out; .+$/);
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test(
  "train, evaluate and predict take --precision bfloat16",
  needs("ffi", "env", "read", "run", "write"),
  async () => {
    await useEngine();
    if (bfloat16Speedup() < 1) return;
    using folder = temporaryFolder();
    const low = ["--precision", "bfloat16"];
    const small = "--model resnet18 --img-size 32 --batch-size 8 --max-steps 2 --limit-val-batches 1".split(" ");
    await succeed("train", [...small, "--ckpt-dir", folder.file("c"), "--log-dir", folder.file("l"), ...low]);
    const [run] = [...Deno.readDirSync(folder.file("c"))].map(({ name }) => folder.file(`c/${name}`));
    assertEquals(JSON.parse(Deno.readTextFileSync(`${run}/config.json`)).precision, "bfloat16");
    const best = ["--ckpt-path", `${run}/best_model.safetensors`, "--json"];
    const film = fileURLToPath(new URL("../docs/pictures/phantom.png", import.meta.url));
    const [exact, rounded] = [
      await succeed("predict", [...best, film]),
      await succeed("predict", [...best, film, ...low]),
    ]
      .map((text) => JSON.parse(text).logits[0] as number[]);
    const off = Math.max(...exact.map((logit, i) => Math.abs(logit - rounded[i])));
    assert(off > 0 && off < 0.1, `logits are off by ${off}`);
    const { auroc } = JSON.parse(await succeed("evaluate", [...best, ...low]));
    assert(auroc > 0 && auroc < 1, `AUROC ${auroc}`);
  },
);

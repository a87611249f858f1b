import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { useEngine } from "../../tests/engine.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { tinyDataset, tinyModel } from "../../tests/tiny.ts";
import { openTinyRun, trainTinyRun } from "../../tests/tiny_run.ts";
import { openCheckpoint } from "../../weights/checkpoint/checkpoint.ts";
import { saveWeights } from "../../weights/checkpoint/model_weights.ts";
import { adam } from "../optimizers/adam.ts";
import { documentRecipe } from "../recipe.ts";
import { fitRun } from "./fit_run.ts";
import type { TrainingRun } from "./open_run.ts";

const native = needs("ffi", "env", "read", "run", "write");

async function kernelOf(run: TrainingRun): Promise<number[]> {
  return [...(await run.firstState()).tensors.weights["conv/kernel"].dataSync()];
}

Deno.test("openRun: the split follows its own seed, the first weights the run's", native, async () => {
  await useEngine();
  await using one = await openTinyRun({ seed: 1, splitSeed: 7 });
  await using two = await openTinyRun({ seed: 2, splitSeed: 7 });
  await using three = await openTinyRun({ seed: 1, splitSeed: 8 });
  assertEquals(two.split, one.split);
  assert(`${three.split.test}` !== `${one.split.test}`);
  assert(`${await kernelOf(two)}` !== `${await kernelOf(one)}`);
  assertEquals(await kernelOf(three), await kernelOf(one));
  const films = Object.values(one.split).flat();
  assertEquals([films.length, new Set(films).size], [60, 60]);
});

Deno.test("openRun: a run's batches, limits and precision are those that were asked for", native, async () => {
  const asked = { batchSize: 4, epochs: 3, maxSteps: 5, limitTrainBatches: 2, limitValBatches: 1 };
  const computed = { precision: "bfloat16", remat: true, xla: false } as const;
  await using run = await openTinyRun({ ...asked, ...computed });
  const { batchSize, epochs, maxSteps, limitTrainBatches, limitValBatches, precision, remat, xla } = run;
  assertEquals({ batchSize, epochs, maxSteps, limitTrainBatches, limitValBatches }, asked);
  assertEquals({ precision, remat, xla }, computed);
});

Deno.test("openRun: parameters with a rate of their own move as far as it says", native, async () => {
  await useEngine();
  const recipe = { ...documentRecipe, optimizer: adam({ learningRate: 1e-3, weightDecay: 0 }) };
  /** How far the first step moves a kernel; Adam's first step is its learning rate, whatever the gradient. */
  const moved = async (path: string, lrFor?: string) => {
    await using run = await openTinyRun({ recipe, lrFor, maxSteps: 1 });
    const state = await run.firstState(), before = [...state.tensors.weights[path].dataSync()];
    const { state: { tensors } } = await fitRun(run, [], { state });
    return Math.max(...tensors.weights[path].dataSync().map((value, i) => Math.abs(value - before[i])));
  };
  assertAlmostEquals(await moved("head/kernel"), 1e-3, 1e-5);
  assertAlmostEquals(await moved("head/kernel", "head=1e-2"), 1e-2, 1e-4);
  assertAlmostEquals(await moved("conv/kernel", "head=1e-2"), 1e-3, 1e-5);
});

Deno.test(
  "openRun: from a checkpoint it keeps weights, normalization and split, and refuses other labels",
  native,
  async () => {
    await useEngine();
    using folder = temporaryFolder();
    await using first = await openTinyRun({ splitSeed: 3 });
    const { best } = await trainTinyRun(first, folder.path), scaled = folder.file("scaled.safetensors");
    using checkpoint = await openCheckpoint(best);
    const { metadata } = checkpoint, model = tinyModel(), weights = model.init(9);
    const preprocessing = { ...metadata.preprocessing, mean: 0.25, std: 0.125 };
    await saveWeights(scaled, { ...metadata, preprocessing }, weights);
    await using second = await openTinyRun({ from: { checkpoint: scaled } });
    const described = second.describe({ step: 0, epoch: 0, schedule: { learningRate: 1 }, best: null }).preprocessing;
    assertEquals([described.mean, described.std], [0.25, 0.125]);
    assertEquals(await kernelOf(second), [...weights["conv/kernel"].dataSync()]);
    assertEquals([second.split, second.firstWeights], [first.split, scaled]);
    // the films reach the model under that normalization: 60 of 255 is (60/255 - 0.25) / 0.125
    for await (const { images } of second.batches.stream([2], { batchSize: 1 })) {
      assertAlmostEquals(images[0], (60 / 255 - 0.25) / 0.125, 1e-5);
    }

    const dataset = { ...tinyDataset(60), labels: ["Nodule", "Mass", "No Finding"] };
    await assertRejects(
      () => openTinyRun({ from: { checkpoint: scaled }, dataset }),
      UserError,
      `${scaled} was trained on other labels (Mass, Nodule, No Finding) than tiny (synthetic) has ` +
        "(Nodule, Mass, No Finding). Take data with its labels, in their order (label_dict.txt)",
    );
    await assertRejects(
      () => openTinyRun({ from: { checkpoint: scaled }, splitSeed: 4 }),
      UserError,
      "--split-seed would draw a new split, and the weights keep the one that they were trained with",
    );
  },
);

Deno.test("openRun: what cannot be trained is refused before anything is loaded or written", native, async () => {
  const recipe = { ...documentRecipe, optimizer: { ...documentRecipe.optimizer, beta1: 1 } };
  await assertRejects(
    () => openTinyRun({ recipe }),
    UserError,
    "recipe: optimizer: adam: beta1 must be a number from 0, below 1, got 1",
  );
  await assertRejects(() => openTinyRun({ newSplit: true }), UserError, "--new-split needs weights");
  await assertRejects(() => openTinyRun({ freeze: "hed" }), UserError, "--freeze hed matches no parameter of tiny");
  await assertRejects(
    () => openTinyRun({ from: { checkpoint: "nowhere.safetensors" } }),
    UserError,
    "nowhere.safetensors",
  );
});

Deno.test("fitRun: with headOnly the features are computed once, and the rest stays as it was", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using run = await openTinyRun({ headOnly: true, epochs: 2 });
  const before = await kernelOf(run), { final } = await trainTinyRun(run, folder.path);
  using checkpoint = await openCheckpoint(final);
  assertEquals([...await checkpoint.read("conv/kernel")], before);
  assertEquals(run.notes.filter((note) => note.includes("parameters are trained")), [
    "15 of 59 parameters are trained; the others stay as they are drawn, since neither --weights nor --ckpt-path brings any",
  ]);
});

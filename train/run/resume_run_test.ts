import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { useEngine } from "../../tests/engine.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { modelDigest } from "../../trained/model_source.ts";
import { tinyDataset } from "../../tests/tiny.ts";
import { valuesOf } from "../../tests/tiny_training.ts";
import { openTinyRun, trainTinyRun } from "../../tests/tiny_run.ts";
import { openCheckpoint } from "../../weights/checkpoint/checkpoint.ts";
import { encodeMetadata } from "../../weights/checkpoint/checkpoint_metadata.ts";
import { stored } from "../../weights/checkpoint/model_weights.ts";
import { writeSafetensors } from "../../weights/safetensors/safetensors.ts";
import { adam } from "../optimizers/adam.ts";
import { documentRecipe } from "../recipe.ts";
import { defineSampler } from "../samplers/samplers.ts";
import { reduceOnPlateau } from "../schedules/reduce_on_plateau.ts";
import { fitRun } from "./fit_run.ts";
import { resumeRun } from "./resume_run.ts";

const native = needs("ffi", "env", "read", "run", "write");
const recipe = {
  ...documentRecipe,
  optimizer: adam({ learningRate: 0.01, beta1: 0.8 }),
  schedule: reduceOnPlateau({ patience: 7 }),
};

Deno.test(
  "resumeRun: two epochs, and two that were resumed, are the same; the recipe is the run's",
  native,
  async () => {
    await useEngine();
    using folder = temporaryFolder();
    await using straight = await openTinyRun({ recipe, epochs: 2 });
    const whole = await fitRun(straight);
    await using first = await openTinyRun({ recipe });
    const { path } = await trainTinyRun(first, folder.path);
    await using second = await resumeRun(path, { dataset: tinyDataset(60), epochs: 2 });
    assertEquals([second.recipe, second.split, second.resumed], [recipe, first.split, path]);
    assertEquals([second.batchSize, second.epochs, second.name], [8, 2, "tiny"]);
    const resumed = await fitRun(second);
    assertEquals([resumed.ending, resumed.state.progress], ["epochs", whole.state.progress]);
    assertEquals(valuesOf(resumed.state), valuesOf(whole.state));
  },
);

Deno.test("resumeRun: films that were added leave those that were held back held back", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using first = await openTinyRun({ splitSeed: 5 });
  const { path } = await trainTinyRun(first, folder.path);
  await using second = await resumeRun(path, { dataset: tinyDataset(90) });
  const { train, val, test } = second.split;
  for (const part of ["train", "val", "test"] as const) {
    assertEquals(first.split[part].filter((film) => !second.split[part].includes(film)), [], part);
  }
  assertEquals([train.length + val.length + test.length, new Set([...train, ...val, ...test]).size], [90, 90]);

  const fewer = { ...tinyDataset(60), name: "fewer" }, gone = first.split.test[0];
  const dataset = { ...fewer, films: fewer.films.filter((_, film) => film !== gone) };
  const identify = (film: number) => fewer.identify(film < gone ? film : film + 1);
  await assertRejects(
    () => resumeRun(path, { dataset: { ...dataset, identify } }),
    UserError,
    `1 of the ${
      first.split.val.length + first.split.test.length
    } films that ${path} validates and tests on is not in fewer`,
  );
  await using without = await resumeRun(path, { dataset: { ...dataset, identify }, withoutGone: true });
  assertEquals(without.split.test.length, first.split.test.length - 1);
});

Deno.test(
  "resumeRun: a folder of Thorax 0.1 records no recipe, and is the document's with its options",
  native,
  async () => {
    await useEngine();
    using folder = temporaryFolder();
    await using first = await openTinyRun({ recipe: { ...documentRecipe, optimizer: adam({ learningRate: 0.01 }) } });
    const { path, config, state } = await trainTinyRun(first, folder.path);
    const { recipe: _, ...options } = JSON.parse(Deno.readTextFileSync(config));
    Deno.writeTextFileSync(config, JSON.stringify(options));
    const { tensors, progress: { schedule: plateau, ...progress } } = await first.firstState();
    using checkpoint = await openCheckpoint(state);
    const metadata = encodeMetadata({ ...checkpoint.metadata, recipe: undefined });
    const slots = Object.entries(tensors.slots).flatMap(([name, slot]) => stored(slot, `${name}/`));
    await writeSafetensors(state, [...stored(tensors.weights, "weights/"), ...slots], {
      ...metadata,
      progress: JSON.stringify({ ...progress, plateau }),
    });
    await using second = await resumeRun(path, { dataset: tinyDataset(60) });
    assertEquals(second.recipe, first.recipe);
    assertEquals((await second.firstState()).progress, { ...progress, schedule: plateau });
  },
);

Deno.test("resumeRun: a part of one's own is given again, from the same file", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  const file = folder.file("parts.ts"), source = new URL(`file://${file}`).href;
  Deno.writeTextFileSync(file, "export {};\n");
  const everySecond = (skip: number) =>
    defineSampler({
      type: "everySecond",
      skip,
      source,
      draw: (labels) => [...labels.keys()].filter((i) => i % 2 === skip),
    });
  await using first = await openTinyRun({ recipe: { ...documentRecipe, sampler: everySecond(1) } });
  const { path, config, best } = await trainTinyRun(first, folder.file("runs"));
  assertEquals(path.includes("/tiny-everySecond-"), true);
  const sha256 = "8e609bb71c20b858c77f0e9f90bb1319db8477b13f9f965f1a1e18524bf50881";
  const recorded = { type: "everySecond", skip: 1, sha256 };
  assertEquals(JSON.parse(Deno.readTextFileSync(config)).recipe.sampler, recorded);
  using checkpoint = await openCheckpoint(best);
  assertEquals(checkpoint.metadata.recipe?.sampler, recorded);

  const dataset = tinyDataset(60),
    resume = (skip?: number) =>
      resumeRun(path, { dataset, recipe: skip === undefined ? {} : { sampler: everySecond(skip) } });
  await (await resume(1))[Symbol.asyncDispose]();
  await assertRejects(() => resume(), UserError, `${config}: sampler: there is no built-in type "everySecond"`);
  await assertRejects(
    () => resume(0),
    UserError,
    `${config}: sampler is {"sha256":"${sha256}","skip":1,"type":"everySecond"}, and the one that is given is ` +
      `{"sha256":"${sha256}","skip":0,"type":"everySecond"}. Give the run's own, or start a new run from its weights`,
  );
  Deno.writeTextFileSync(file, "export default 1;\n");
  await assertRejects(() => resume(1), UserError, "and the one that is given is");
});

Deno.test("resumeRun: the model's own file must be the one that the run was started with", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  const file = folder.file("mine.ts"), dataset = tinyDataset(60);
  Deno.writeTextFileSync(file, "export default { type: 'flatten' };\n");
  const modelSha256 = await modelDigest(file);
  await using first = await openTinyRun({ name: file, modelSha256 });
  const { path } = await trainTinyRun(first, folder.file("runs"));
  await using second = await resumeRun(path, { dataset, modelFile: file });
  assertEquals([second.resumed, second.model.spec], [path, first.model.spec]);
  Deno.writeTextFileSync(file, "export default { type: 'relu' };\n");
  await assertRejects(
    () => resumeRun(path, { dataset, modelFile: file }),
    UserError,
    `--model ${file} is not the file that ${path} was started with: its SHA-256 is ${await modelDigest(file)}, and ` +
      `was ${modelSha256}. Give the file as it was, or start a new run with --ckpt-path`,
  );
});

Deno.test("resumeRun: what a folder says must be possible, and agree with itself", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using first = await openTinyRun();
  const { path, config } = await trainTinyRun(first, folder.path), said = JSON.parse(Deno.readTextFileSync(config));
  const refused = async (changes: object, message: string) => {
    Deno.writeTextFileSync(config, JSON.stringify({ ...said, ...changes }));
    await assertRejects(() => resumeRun(path, { dataset: tinyDataset(60) }), UserError, message);
  };
  await refused({ lr: 1 }, `${config} contradicts itself: lr is 1, and 0.00005 in its recipe`);
  await refused(
    { splitType: "binary" },
    `${config} contradicts itself: splitType is binary, and balanced in its recipe`,
  );
  await refused({ recipe: { ...said.recipe, loss: 7 } }, `${config}: loss of its recipe is no part of one`);
  await refused(
    { recipe: { ...said.recipe, loss: { type: "focal" } } },
    `${config}: loss: there is no built-in type "focal"`,
  );
  await refused({ batchSize: 0 }, `${config}: batchSize: `);
  await assertRejects(() => resumeRun(folder.file("none")), UserError, "cannot be read. --resume takes a run folder");
});

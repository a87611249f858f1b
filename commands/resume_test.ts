import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../errors.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { writeConfig } from "../train/run/config.ts";
import { recordRecipe } from "../train/recipe_record.ts";
import { documentRecipe } from "../train/recipe.ts";
import { runFolder } from "../train/run/run_folder.ts";
import { checkOptions, flagOf, type Option } from "./options/option.ts";
import { type TrainOptions, trainOptions } from "./options/train_options.ts";
import { resumedOptions } from "./resume.ts";

/** For each option a value that is not its default. */
const others: Required<{ [name in keyof TrainOptions]: unknown }> = {
  model: "vgg16",
  dataDir: "films",
  dataset: "nih",
  onBadImage: "skip",
  splitType: "binary",
  imgSize: 64,
  epochs: 3,
  batchSize: 4,
  lr: 1,
  weightDecay: 1,
  dropout: 0.1,
  seed: 1,
  splitSeed: 1,
  newSplit: true,
  device: "cpu",
  index: 1,
  tensorflowLibrary: "lib",
  precision: "bfloat16",
  exactConvolution: true,
  xla: true,
  remat: true,
  ckptDir: "elsewhere",
  saveEvery: 1,
  keepState: false,
  logDir: "elsewhere",
  ckptPath: "a.safetensors",
  weights: "a.pth",
  names: "timm",
  weightsKey: "ema",
  strict: true,
  freeze: "conv1",
  lrFor: "fc=1",
  headOnly: true,
  resume: "run",
  testOnly: true,
  inChannels: 3,
  numClasses: 2,
  report: "report",
  maxSteps: 1,
  limitTrainBatches: 1,
  limitValBatches: 1,
  shuffle: false,
};

const fixed = new Set([
  "model",
  "dataset",
  "splitType",
  "imgSize",
  "batchSize",
  "lr",
  "weightDecay",
  "dropout",
  "seed",
  "splitSeed",
  "newSplit",
  "precision",
  "freeze",
  "lrFor",
  "headOnly",
  "inChannels",
  "numClasses",
  "shuffle",
]);

Deno.test(
  "resumedOptions: what may not change is refused, and the rest takes the place of the run's",
  needs("read", "write"),
  async (t) => {
    using folder = temporaryFolder();
    const { config } = runFolder(folder.path), recipe = await recordRecipe(documentRecipe);
    const stored = checkOptions(trainOptions, { model: "resnet18" });
    await writeConfig(config, stored, recipe);
    for (const [name, value] of Object.entries(others)) {
      const option: Option = trainOptions[name as keyof TrainOptions], flag = flagOf(name, option);
      await t.step(flag, async () => {
        if (name === "ckptPath" || name === "weights") {
          const message = `--resume goes on from the run's own state. Leave ${flag} out`;
          await assertRejects(() => resumedOptions(folder.path, { [name]: value }), UserError, message);
        } else if (fixed.has(name)) {
          const kept = stored[name as keyof TrainOptions] ?? "not set";
          const message = `${flag} cannot change on resume: in ${config} it is ${kept}`;
          await assertRejects(() => resumedOptions(folder.path, { [name]: value }), UserError, message);
          const same = { [name]: stored[name as keyof TrainOptions] };
          assertEquals((await resumedOptions(folder.path, same)).model, "resnet18");
        } else {
          assertEquals((await resumedOptions(folder.path, { [name]: value }))[name as keyof TrainOptions], value);
        }
      });
    }
  },
);

import { UserError } from "../errors.ts";
import {
  choice,
  dataOptions,
  engineOptions,
  flag,
  foreignOptions,
  modelOption,
  path,
  trainOptions,
  weightsOptions,
} from "../train/options.ts";
import { defineCommand } from "./cli.ts";
import { evaluateCheckpoint } from "./evaluate_checkpoint.ts";
import { engineVoids } from "./void_options.ts";

export const evaluate = defineCommand({
  name: "evaluate",
  summary: "test a checkpoint: normal against abnormal, and each label",
  description:
    "Tests a checkpoint and says what its two numbers are worth: class counts, specificity, AUROC, what a\n" +
    "predictor that never looks would score. Without --data-dir on the dataset that the checkpoint records. The\n" +
    "weights of another program (.pt, .pth, safetensors, .npz) need --model; they are taken for the document's where\n" +
    "nothing in them tells whose they are.",
  examples: [
    "deno task evaluate --ckpt-path checkpoints/RUN/best_model.safetensors",
    "deno task evaluate --ckpt-path best_model.safetensors --data-dir films --split all --report report",
    "deno task evaluate --ckpt-path best_model.pt --model resnet18 --data-dir films",
  ],
  options: {
    ckptPath: path("FILE", "the checkpoint, as train wrote it, or the document's"),
    dataDir: path("DIR", "a folder of films and their labels; without it, the checkpoint's own"),
    dataset: dataOptions.dataset,
    onBadImage: dataOptions.onBadImage,
    split: choice(
      ["test", "val", "train", "all"],
      "the films to test on: of a split of the checkpoint's training, or every film of the folder",
    ),
    keepSeen: flag("with --split all: films that the model saw in training count too"),
    batchSize: trainOptions.batchSize,
    model: modelOption("NAME|FILE.ts", "the model of another program's weights; or the file whose layers it needs"),
    ...weightsOptions,
    weights: { ...weightsOptions.weights, help: "in place of a checkpoint: PyTorch's .pt or .pth, safetensors, .npz" },
    ...foreignOptions,
    report: path("DIR", "write predictions.csv and evaluation.json there"),
    json: flag("one JSON document on standard output"),
    ...engineOptions,
  },
  voids: engineVoids,
  async run(options, context) {
    if (options.ckptPath === undefined && options.weights === undefined) {
      throw new UserError("evaluate needs --ckpt-path FILE, or --model NAME and --weights FILE");
    }
    await evaluateCheckpoint(options, context);
  },
});

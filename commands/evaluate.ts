import { UserError } from "../errors.ts";
import { choice, flag, modelOption, path } from "./options/option.ts";
import { dataOptions, engineOptions, foreignOptions, weightsOptions } from "./options/shared_options.ts";
import { trainOptions } from "./options/train_options.ts";
import { defineCommand } from "./cli.ts";
import { evaluateCheckpoint } from "./evaluate_checkpoint.ts";
import { engineVoids } from "./void_options.ts";

export const evaluate = defineCommand({
  name: "evaluate",
  summary: "test a checkpoint: normal against abnormal, and each label",
  description:
    "Tests a checkpoint, normal films against abnormal ones, and says what the two numbers are worth: class " +
    "counts, specificity, AUROC, and what a predictor that never looks at a film would score. Without --data-dir it tests " +
    "on the dataset that the checkpoint records. Weights of another library (.pt, .pth, safetensors, .npz) need --model; " +
    "if nothing in them tells whose they are, they are taken for the document's.",
  examples: [
    "deno task evaluate --ckpt-path checkpoints/RUN/best_model.safetensors",
    "deno task evaluate --ckpt-path best_model.safetensors --data-dir films --split all --report report",
    "deno task evaluate --ckpt-path best_model.pt --model resnet18 --data-dir films",
  ],
  options: {
    ckptPath: path("FILE", "a checkpoint that train wrote, or the document's"),
    dataDir: path("DIR", "a folder of films with their labels (default: the checkpoint's own)"),
    dataset: dataOptions.dataset,
    onBadImage: dataOptions.onBadImage,
    split: choice(
      ["test", "val", "train", "all"],
      "test the films of this split of the checkpoint's training, or every film of the folder",
    ),
    keepSeen: flag("with --split all: count films that the model saw in training, too"),
    batchSize: trainOptions.batchSize,
    model: modelOption(
      "NAME|FILE.ts",
      "the model of another library's weights, or the file with a checkpoint's own layers",
    ),
    ...weightsOptions,
    weights: {
      ...weightsOptions.weights,
      help: "weights to test in place of a checkpoint: PyTorch's .pt or .pth, safetensors, .npz",
    },
    ...foreignOptions,
    report: path("DIR", "write predictions.csv and evaluation.json to this folder"),
    json: flag("print one JSON document in place of the table"),
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

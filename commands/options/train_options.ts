import { resolve } from "node:path";
import { z } from "zod";
import { patternsOf, ratesOf } from "../../train/patterns.ts";
import { samplerNames, samplersHelp } from "../../data/sampling/samplers.ts";
import { choice, filmsAtOnce, flag, integer, modelOption, type Option, option, path, type Values } from "./option.ts";
import { dataOptions, engineOptions, foreignOptions, weightsOptions } from "./shared_options.ts";

/** Marks an option that has no effect beside `--test-only`. */
const forTraining = <O extends Option>(option: O): O => ({ ...option, trainingOnly: true });

/** The options of fine-tuning. */
const fineTuningOptions = {
  freeze: forTraining(option<string | undefined>({
    schema: z.string().refine((list) => patternsOf(list).length > 0),
    expected: "paths of parameters, such as stem,layer1/*",
    value: "PATTERN,…",
    help: "keep these parameters, and the statistics of their batch norms: stem, layer1/*, **/bn1",
    isList: true,
  })),
  lrFor: forTraining(option<string | undefined>({
    schema: z.string().refine((list) => patternsOf(list).length > 0 && ratesOf(list) !== undefined),
    expected: "PATTERN=RATE with a rate above 0, such as fc=1e-3",
    value: "PATTERN=RATE,…",
    help: "a learning rate for these parameters; it halves whenever --lr does; the last pattern that matches counts",
    isList: true,
  })),
  headOnly: forTraining(option<boolean>({
    schema: z.boolean(),
    expected: "a switch",
    default: false,
    help: "train the last layer alone, on features that are computed once and kept in memory",
  })),
} as const;

/** The options of a training run. */
export const trainOptions = {
  model: modelOption("NAME|FILE.ts", "a model of the registry, or a file whose default export is a spec or makes one"),
  ...dataOptions,
  splitType: choice(samplerNames, `how an epoch's training films are drawn: ${samplersHelp}`),
  imgSize: integer(32, "images are stretched to N×N", 224),
  epochs: forTraining(integer(1, "passes over the training films", 50, true)),
  batchSize: filmsAtOnce("films per step"),
  lr: forTraining(option<number>({
    schema: z.number().positive(),
    expected: "a number above 0",
    value: "RATE",
    default: 5e-5,
    help: "Adam's learning rate",
  })),
  weightDecay: forTraining(option<number>({
    schema: z.number().nonnegative(),
    expected: "a number of at least 0",
    value: "W",
    default: 1e-4,
    help: "L2 penalty, added to the gradient",
  })),
  dropout: forTraining(option<number | undefined>({
    schema: z.number().min(0).lt(1),
    expected: "a number from 0, below 1",
    value: "P",
    help: "the share that dropout drops, in place of the model's own",
  })),
  seed: forTraining(integer(0, "the seed of first weights, samplers and dropout", 42)),
  splitSeed: forTraining(integer(0, "the seed of the split into training, validation and test films", 42)),
  newSplit: forTraining(option<boolean>({
    schema: z.boolean(),
    expected: "a switch",
    default: false,
    help: "with --ckpt-path or --weights: draw the split anew, and test on nothing that the weights saw",
  })),
  ...engineOptions,
  xla: forTraining(
    flag("on a GPU: XLA compiles the whole step; the first step takes half a minute or more, the others are faster"),
  ),
  remat: forTraining(
    flag("keep few activations, compute them again in the backward pass: less memory, slower, the same numbers"),
  ),
  ckptDir: forTraining(path("DIR", "where run folders are made", "checkpoints")),
  saveEvery: forTraining(integer(1, "keep a checkpoint every N epochs", 10, true)),
  keepState: forTraining(option<boolean>({
    schema: z.boolean(),
    expected: "a switch",
    default: true,
    help: "remove last/ at the end, which is three times the weights; the run cannot be resumed then",
    mayChange: true,
  })),
  logDir: path("DIR", "where logs are kept", "logs"),
  ckptPath: path("FILE", "start from these weights; with --test-only, test them"),
  ...weightsOptions,
  ...fineTuningOptions,
  resume: path("RUN", "go on with a run folder from its last state"),
  testOnly: flag("only test --ckpt-path: a checkpoint of Thorax, or the document's with --model"),
  inChannels: foreignOptions.inChannels,
  numClasses: foreignOptions.numClasses,
  report: path("DIR", "with --test-only: where the report is written; else beside its log"),
  maxSteps: forTraining(integer(1, "stop after N steps as if the epochs had ended", undefined, true)),
  limitTrainBatches: forTraining(integer(1, "at most N training batches an epoch", undefined, true)),
  limitValBatches: forTraining(integer(1, "at most N validation batches", undefined, true)),
  shuffle: forTraining(option<boolean>({
    schema: z.boolean(),
    expected: "a switch",
    default: true,
    help: "show the films in file order (--split-type original only)",
  })),
} as const;

/** The values of all options of `train`. */
export type TrainOptions = Values<typeof trainOptions>;

/** Makes the paths among options absolute, so that a record of them can be followed from any folder. */
export function withAbsolutePaths(options: TrainOptions): TrainOptions {
  const absolute = Object.entries(options).map(([name, value]) => {
    const { isPath }: Option = trainOptions[name as keyof TrainOptions];
    return [name, typeof value === "string" && isPath?.(value) ? resolve(value) : value];
  });
  return Object.fromEntries(absolute);
}

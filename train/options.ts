import { resolve } from "node:path";
import { z } from "zod";
import { datasetKinds } from "../data/readers/readers.ts";
import { samplerNames, samplersHelp } from "../data/sampling/samplers.ts";
import { didYouMean, UserError } from "../errors.ts";
import { libraries, type Library } from "../weights/names/naming.ts";
import { isFile } from "../trained/model_name.ts";
import { patternsOf, ratesOf } from "./patterns.ts";

/** One option of the program: the flags, `--help` and the check of a `config.json` go by it. */
export interface Option<T = unknown> {
  /** Checks a value that was given; absent ones take `default`. */
  readonly schema: z.ZodType<T>;
  /** What a value must be, for people: "an integer of at least 1". */
  readonly expected: string;
  /** What is said beside it of a greater number than any that counts exactly. */
  readonly greatest?: string;
  /** The placeholder of its value in `--help`; without one the option is a switch. */
  readonly value?: string;
  readonly default?: T;
  readonly help: string;
  /** Whether a resumed run may be given another value than it had. */
  readonly mayChange?: boolean;
  /** Whether it is a list: given again it goes on, after a comma. */
  readonly isList?: boolean;
  /** Whether a value names a file or folder; a model's name, for example, may be either. */
  readonly isPath?: (value: string) => boolean;
}

const option = <T>(definition: Option<T>): Option<T> => definition;
const text = (value: string, help: string) =>
  option<string | undefined>({ schema: z.string().min(1), expected: "a name", value, help });
export const path = (value: string, help: string, absent?: string) =>
  option<string | undefined>({
    schema: z.string().min(1),
    expected: "a path",
    value,
    default: absent,
    help,
    mayChange: true,
    isPath: () => true,
  });
/** A model by its name or its file; beside a checkpoint, the file whose layers it needs. */
export const modelOption = (value: string, help: string): Option<string | undefined> => ({
  ...text(value, help),
  isPath: isFile,
});
export const choice = <const C extends readonly [string, ...string[]]>(choices: C, help: string, mayChange = false) =>
  option<C[number]>({
    schema: z.enum(choices),
    expected: `one of ${choices.join(", ")}`,
    value: choices.join("|"),
    default: choices[0],
    help,
    mayChange,
  });
export const integer = <A extends number | undefined>(least: number, help: string, absent: A, mayChange = false) =>
  option<number | A>({
    schema: z.int().min(least),
    expected: `an integer of at least ${least}`,
    greatest: `at most ${Number.MAX_SAFE_INTEGER} (2^53 − 1)`,
    value: "N",
    default: absent,
    help,
    mayChange,
  });
/** A batch takes its memory whole, so it has a bound: 4,096 films of 224² take 0.8 GB. */
export const filmsAtOnce = (help: string) =>
  option<number>({
    schema: z.int().min(1).max(4096),
    expected: "an integer from 1 to 4096",
    value: "N",
    default: 32,
    help,
  });
export const flag = (help: string) =>
  option<boolean>({ schema: z.boolean(), expected: "a switch", default: false, help, mayChange: true });

/** The options of data, by the names that the library gives them. */
export const dataOptions = {
  dataDir: path("DIR", "a folder of films and their labels; without it, synthetic films (the phantom)"),
  dataset: choice(datasetKinds, "the layout of --data-dir"),
  onBadImage: choice(["error", "skip"], "what a missing or damaged film does: stop everything, or be left out", true),
} as const;

/** The options of the engine. */
export const engineOptions = {
  device: choice(["auto", "cpu", "cuda"], "what to compute on", true),
  index: integer(0, "which of several GPUs", 0, true),
  tensorflowLibrary: path("DIR", "the folder of TensorFlow's two libraries; else they are found or installed"),
  precision: choice(["float32", "bfloat16"], "what to compute in; weights and statistics stay float32"),
  exactConvolution: flag(
    "direct convolutions only, and no TensorFloat-32 on a GPU: slower, and nearer to float32's best",
  ),
} as const;

/** The options of weights that another library wrote. */
export const weightsOptions = {
  weights: path(
    "FILE",
    "weights to start from: PyTorch's .pt or .pth, safetensors, NumPy's .npz, a folder of Hugging Face's",
  ),
  names: option<Library | undefined>({
    schema: z.enum(libraries),
    expected: `one of ${libraries.join(", ")}`,
    value: "LIBRARY",
    help: `whose names and input range --weights has, if they do not tell: ${libraries.join(", ")}`,
    mayChange: true,
  }),
  weightsKey: option<string | undefined>({
    schema: z.string(),
    expected: "a key of the file",
    value: "KEY",
    help: "which of several models in the file of --weights is meant: state_dict_ema, teacher.backbone",
    mayChange: true,
  }),
  strict: flag("every tensor of --weights as it is: nothing summed, resized or left out"),
} as const;

/** The options of a model of which its weights say nothing: those of another program. */
export const foreignOptions = {
  imgSize: integer(32, "for weights of another program: films are stretched to N×N (224 unless given)", undefined),
  inChannels: integer(1, "for weights of another program: channels of an image (1 unless given)", undefined),
  numClasses: integer(1, "for weights of another program: labels (as many as the data have, or 15)", undefined),
} as const;

/** The options of fine-tuning. */
const fineTuningOptions = {
  freeze: option<string | undefined>({
    schema: z.string().refine((list) => patternsOf(list).length > 0),
    expected: "paths of parameters, such as stem,layer1/*",
    value: "PATTERN,…",
    help: "keep these parameters, and the statistics of their batch norms: stem, layer1/*, **/bn1",
    isList: true,
  }),
  lrFor: option<string | undefined>({
    schema: z.string().refine((list) => patternsOf(list).length > 0 && ratesOf(list) !== undefined),
    expected: "PATTERN=RATE with a rate above 0, such as fc=1e-3",
    value: "PATTERN=RATE,…",
    help: "a learning rate for these parameters; it halves whenever --lr does, and the last that matches counts",
    isList: true,
  }),
  headOnly: option<boolean>({
    schema: z.boolean(),
    expected: "a switch",
    default: false,
    help: "train the last layer alone, on features that are computed once and kept in memory",
  }),
} as const;

/** The options of a training run. */
export const trainOptions = {
  model: modelOption("NAME|FILE.ts", "a model of the registry, or a file whose default export is a spec or makes one"),
  ...dataOptions,
  splitType: choice(samplerNames, `how an epoch's training films are drawn: ${samplersHelp}`),
  imgSize: integer(32, "images are stretched to N×N", 224),
  epochs: integer(1, "passes over the training films", 50, true),
  batchSize: filmsAtOnce("films per step"),
  lr: option<number>({
    schema: z.number().positive(),
    expected: "a number above 0",
    value: "RATE",
    default: 5e-5,
    help: "Adam's learning rate",
  }),
  weightDecay: option<number>({
    schema: z.number().nonnegative(),
    expected: "a number of at least 0",
    value: "W",
    default: 1e-4,
    help: "L2 penalty, added to the gradient",
  }),
  dropout: option<number | undefined>({
    schema: z.number().min(0).lt(1),
    expected: "a number from 0, below 1",
    value: "P",
    help: "the share that dropout drops, in place of the model's own",
  }),
  seed: integer(0, "of weights, samplers and dropout", 42),
  splitSeed: integer(0, "of the split into training, validation and test films", 42),
  newSplit: option<boolean>({
    schema: z.boolean(),
    expected: "a switch",
    default: false,
    help: "with --ckpt-path or --weights: draw the split anew, and test on nothing that the weights saw",
  }),
  ...engineOptions,
  xla: flag("on a GPU: XLA compiles the step as a whole, half a minute or more at first, and it is faster then"),
  remat: flag("keep few activations, compute them again in the backward pass: less memory, slower, the same numbers"),
  ckptDir: path("DIR", "where run folders are made", "checkpoints"),
  saveEvery: integer(1, "keep a checkpoint every N epochs", 10, true),
  keepState: option<boolean>({
    schema: z.boolean(),
    expected: "a switch",
    default: true,
    help: "remove last/, three times the weights, at the end; the run cannot be resumed then",
    mayChange: true,
  }),
  logDir: path("DIR", "where logs are kept", "logs"),
  ckptPath: path("FILE", "start from these weights; with --test-only, test them"),
  ...weightsOptions,
  ...fineTuningOptions,
  resume: path("RUN", "go on with a run folder from its last state"),
  testOnly: flag("only test --ckpt-path: a checkpoint of Thorax, or the document's with --model"),
  inChannels: foreignOptions.inChannels,
  numClasses: foreignOptions.numClasses,
  report: path("DIR", "with --test-only: where the report is written; else beside its log"),
  maxSteps: integer(1, "stop after N steps as if the epochs had ended", undefined, true),
  limitTrainBatches: integer(1, "at most N training batches an epoch", undefined, true),
  limitValBatches: integer(1, "at most N validation batches", undefined, true),
  shuffle: option<boolean>({
    schema: z.boolean(),
    expected: "a switch",
    default: true,
    help: "file order instead of a drawn one (--split-type original only)",
  }),
} as const;

/** The values of a table of options. */
export type Values<Table> = { readonly [K in keyof Table]: Table[K] extends Option<infer T> ? T : never };

/** All that a training run was told. */
export type TrainOptions = Values<typeof trainOptions>;

/** The same options, their paths absolute: what is recorded is found from any folder. */
export function withAbsolutePaths(options: TrainOptions): TrainOptions {
  const absolute = Object.entries(options).map(([name, value]) => {
    const { isPath }: Option = trainOptions[name as keyof TrainOptions];
    return [name, typeof value === "string" && isPath?.(value) ? resolve(value) : value];
  });
  return Object.fromEntries(absolute);
}

/** `splitType` → `--split-type`. A switch that is on by default is turned off: `shuffle` → `--no-shuffle`. */
export function flagOf(name: string, { default: absent }: Option): string {
  const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return absent === true ? `--no-${dashed}` : `--${dashed}`;
}

/**
 * Checks values against a table and fills in the defaults. `source` names where they come from.
 *
 * @throws {UserError} for a name that the table lacks, or a value that its schema refuses
 */
export function checkOptions<Table extends Readonly<Record<string, Option>>>(
  table: Table,
  values: Readonly<Record<string, unknown>>,
  source?: string,
): Values<Table> {
  const where = source ? `${source}: ` : "";
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(table, name)) throw new UserError(`${where}${name} is no option`);
  }
  const checked = Object.entries(table).map(([name, definition]) => {
    const value = values[name] ?? definition.default;
    if (value !== undefined && !definition.schema.safeParse(value).success) {
      throw new UserError(
        `${where}${flagOf(name, definition)} must be ${expectation(definition, value)}` +
          near(value, definition),
      );
    }
    return [name, value];
  });
  return Object.fromEntries(checked) as Values<Table>;
}

/** What a value must be and what it is; of too great a number its limit, and how it was typed. */
function expectation({ expected, greatest }: Option, value: unknown): string {
  if (greatest === undefined || !(Number(value) > Number.MAX_SAFE_INTEGER)) {
    return `${expected}, and is ${JSON.stringify(value)}`;
  }
  return `${expected}, ${greatest}, and is ${value}`;
}

/** What was meant, where a choice is misspelt. Everything is near a short word: `gpu` is no misspelt `cpu`. */
function near(value: unknown, { value: placeholder }: Option): string {
  if (typeof value !== "string" || value.length < 4 || !placeholder?.includes("|")) return "";
  return didYouMean(value, placeholder.split("|"));
}

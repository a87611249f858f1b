import { UserError } from "../errors.ts";
import { flagOf, type Option, type Values } from "./options/option.ts";
import type { engineOptions } from "./options/shared_options.ts";
import { type TrainOptions, trainOptions } from "./options/train_options.ts";

/** Options that have no effect where another has a certain value. */
export interface VoidRule<Options> {
  /** What takes their effect away, as it was given: `--device cpu`; something false where nothing does. */
  readonly by: (options: Options) => string | false | undefined;
  readonly options: readonly (keyof Options & string)[];
  /** What to do about it. With a remedy the options are refused, since the result would not be what was asked for. */
  readonly remedy?: string;
}

/**
 * Writes a line for each rule that makes an option of the command line void.
 *
 * @param given The options of the command line alone, without defaults.
 * @throws {UserError} where the rule has a remedy
 */
export function voidOptions<Options>(
  rules: readonly VoidRule<Options>[],
  { table, options, given }: {
    readonly table: Readonly<Record<string, Option>>;
    readonly options: Options;
    readonly given: Readonly<Record<string, unknown>>;
  },
): string[] {
  return rules.flatMap(({ by, options: names, remedy }) => {
    const cause = by(options);
    const flags = names.flatMap((name) => {
      const option = table[name];
      return option && given[name] !== undefined ? [flagOf(name, option)] : [];
    });
    if (!cause || flags.length === 0) return [];
    const line = `${cause} leaves ${flags.join(", ")} without effect`;
    if (remedy !== undefined) throw new UserError(line, { remedy });
    return [line];
  });
}

/** The rules of the engine's options. */
export const engineVoids: readonly VoidRule<Pick<Values<typeof engineOptions>, "device" | "index">>[] = [
  { by: ({ device }) => device === "cpu" && "--device cpu", options: ["index"] },
];

/** The options of `train` that a test of a checkpoint does not go by. */
const voidUnderTest = (Object.keys(trainOptions) as (keyof TrainOptions)[]).filter((name) => {
  const { trainingOnly }: Option = trainOptions[name];
  return trainingOnly;
});

/** Keeps the options that a test of a checkpoint goes by. */
export function optionsOfTest(options: object): Record<string, unknown> {
  const names = new Set<string>(voidUnderTest);
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.has(name)));
}

/** The rules of `train`. */
export const trainVoids: readonly VoidRule<TrainOptions>[] = [
  ...engineVoids,
  {
    by: ({ testOnly }) => testOnly && "--test-only",
    options: ["resume"],
    remedy: "Leave one of them out: one tests a checkpoint, the other goes on with a run",
  },
  {
    by: ({ testOnly }) => testOnly && "--test-only",
    options: voidUnderTest,
  },
  {
    by: ({ testOnly }) => !testOnly && "training",
    options: ["inChannels", "numClasses", "report"],
    remedy:
      "They go with --test-only: training takes films of one gray channel and the labels of the data, and writes " +
      "its report into the run folder",
  },
  { by: ({ resume }) => resume !== undefined && "--resume", options: ["ckptDir", "names", "weightsKey", "strict"] },
  { by: ({ headOnly }) => headOnly && "--head-only", options: ["remat"] },
  {
    by: ({ testOnly, resume, epochs, saveEvery }) =>
      !testOnly && resume === undefined && saveEvery > epochs && `--epochs ${epochs}`,
    options: ["saveEvery"],
  },
];

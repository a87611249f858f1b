import type { Dataset } from "../../data/dataset.ts";
import type { Model } from "../../dsl/compile/compile.ts";
import type { Library } from "../../weights/names/naming.ts";
import type { FineTuningOptions } from "../fine_tuning.ts";
import type { FitOptions } from "../training.ts";

/** Where the first weights of a run come from, where they are not drawn. */
export type FirstWeights =
  /** A checkpoint of Thorax, whose split and normalization the run keeps. */
  | { readonly checkpoint: string }
  /** Weights that any library wrote; see `ModelFileOptions`. */
  | {
    readonly weights: string;
    readonly library?: Library;
    readonly key?: string;
    readonly strict?: boolean;
  };

/** What a run is to be. What is left out has the default of {@linkcode FitOptions}. */
export interface RunOptions
  extends Omit<FitOptions, "model" | "dataset" | "split" | "batches" | "rates" | "signal">, FineTuningOptions {
  /** What the model is called in file names and results: a name of the registry, or a file. */
  readonly name: string;
  /** Compiled for films `[size, size, 1]`, with an output for each label of the dataset. */
  readonly model: Model;
  /** The films and their labels. */
  readonly dataset: Dataset;
  /** The folder or file that the dataset was opened from, which a checkpoint records; absent where there is none. */
  readonly directory?: string;
  /** Where the first weights come from; drawn from `seed` by default. */
  readonly from?: FirstWeights;
  /** The seed of the split into training, validation and test films: 42. */
  readonly splitSeed?: number;
  /** Whether the split is drawn anew though the first weights keep one; films and patients that they saw are not tested then. */
  readonly newSplit?: boolean;
  /** What a missing or damaged film does: ends the run before it starts (the default), or is left out. */
  readonly onBadImage?: "error" | "skip";
  /** What `config.json` and the checkpoints record of the options, in place of these: a command's own, by name. */
  readonly record?: RecordedOptions;
  /** The SHA-256 of the user's own file that the model came from. */
  readonly modelSha256?: string;
  /** Is told of each film that turns out not to decode, in a line; more than 1 % of them end the run. */
  readonly onUnreadable?: (line: string) => void;
  /** Is told how many of the films that must be decoded to be recognized are. */
  readonly onDecoded?: (done: number, total: number) => void;
}

/** Options as `config.json` and checkpoints hold them. */
export type RecordedOptions = Readonly<Record<string, string | number | boolean | null | undefined>>;

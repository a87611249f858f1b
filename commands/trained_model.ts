import type { Dataset } from "../data/dataset.ts";
import type { Normalization } from "../data/images/normalization.ts";
import type { Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import { printable, UserError } from "../errors.ts";
import type { Generation } from "../lineage/generation.ts";
import { foreignOptions, trainOptions, type Values, type weightsOptions } from "../train/options.ts";
import { type CheckpointMetadata, recordedMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import { openWeights } from "../weights/open_weights.ts";
import type { WeightsFile } from "../weights/tensor_source.ts";
import type { CommandContext } from "./cli.ts";
import { compileForeign } from "./foreign_model.ts";
import { guessModels } from "./guess_model.ts";
import { compileOwn } from "./own_model.ts";
import { voidOptions } from "./void_options.ts";

/** A trained model whose weights are still on disk. */
export interface TrainedModel {
  readonly name: string;
  readonly model: Model;
  /** In the order of the outputs. */
  readonly labels: readonly string[];
  /** The normalization of the films, for each channel. */
  readonly channels: readonly Normalization[];
  /** What the model saw, as far as the file says. */
  readonly lineage: readonly Generation[];
  /** Whether it was trained on synthetic films, as far as the file says. */
  readonly synthetic: boolean;
  /** What is made of weights that are no checkpoint of ours, a line each. */
  readonly notes: readonly string[];
  /** Reads the weights; the engine must be open, and the file too. */
  load(): Promise<Weights>;
}

/** What a trained model is wanted for. */
export interface Wanted {
  /** The size of the images; else that of those that it was trained on, where the file says it, or 224². */
  readonly size?: readonly [height: number, width: number];
  /** The films that it is tested on: its outputs must be their labels. */
  readonly dataset?: Dataset;
}

/** An open file with a trained model: what it says of itself is known, the model is still to be compiled. */
export interface TrainedFile extends Disposable {
  readonly path: string;
  /** What the file says of itself, where Thorax wrote it. */
  readonly metadata?: CheckpointMetadata;
  /** Whether it brings its model with it; another library's has to be told. */
  readonly bringsModel: boolean;
  compile(wanted: Wanted): Promise<TrainedModel>;
}

/** How a command names a trained model. */
export interface TrainedModelOptions extends Values<typeof weightsOptions>, Partial<Values<typeof foreignOptions>> {
  readonly ckptPath?: string;
  readonly model?: string;
}

/** Makes sure that the options of weights to train from go together. */
export function checkWeightsOptions(options: Partial<TrainedModelOptions>): void {
  refuseTwo(options);
  if (options.weights === undefined) refuseNames(options);
}

function refuseTwo({ weights, ckptPath }: Partial<TrainedModelOptions>): void {
  if (weights === undefined || ckptPath === undefined) return;
  throw new UserError("--weights and --ckpt-path name different weights", { remedy: "Leave one of them out" });
}

function refuseNames({ names, weightsKey, strict }: Partial<TrainedModelOptions>): void {
  const flags = { "--strict": strict, "--names": names !== undefined, "--weights-key": weightsKey !== undefined };
  for (const [flag, isGiven] of Object.entries(flags)) {
    if (isGiven) throw new UserError(`${flag} goes with --weights FILE`);
  }
}

/**
 * Opens what `--ckpt-path` or `--weights` names. A checkpoint of ours brings its model; the weights of another program, in any format that
 * training takes, are for the one that `--model` names. Those of `--ckpt-path` are the document's, where nothing in the file speaks against
 * it.
 *
 * @throws {UserError} where the model is to be named, with the command that names it
 */
export async function openTrainedFile(
  options: TrainedModelOptions,
  { commandWith, assumeDocument = false }: Pick<CommandContext, "commandWith"> & {
    /** Whether `--weights` too are the document's where nothing tells whose they are. */
    readonly assumeDocument?: boolean;
  },
): Promise<TrainedFile> {
  refuseTwo(options);
  const { ckptPath, weights, model: name } = options;
  const file = await openWeights(ckptPath ?? weights ?? "");
  try {
    const metadata = recordedMetadata(file);
    const about = { path: file.path, metadata, [Symbol.dispose]: () => file[Symbol.dispose]() };
    if (ckptPath !== undefined && metadata !== undefined) {
      refuseNames(options);
      return { ...about, bringsModel: true, compile: (wanted) => compileOwn(file, metadata, name, wanted) };
    }
    if (name === undefined) throw nameless(file, options, commandWith);
    const assumed = ckptPath !== undefined || assumeDocument
      ? { library: "document", inColor: ckptPath !== undefined } as const
      : undefined;
    return {
      ...about,
      bringsModel: false,
      compile: (wanted) => compileForeign(file, name, { ...options, assumed }, wanted),
    };
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

function nameless(
  file: WeightsFile,
  options: TrainedModelOptions,
  commandWith: CommandContext["commandWith"],
): UserError {
  const [guess] = guessModels(file, options);
  const found = guess === undefined ? "" : `: its weights fit ${guess}`;
  const choice = guess === undefined ? ", where NAME is one of `deno task models`, or a file of your own" : "";
  return new UserError(`${file.path} is no checkpoint of Thorax and does not name its model${found}`, {
    remedy: `Type: ${commandWith("--model", guess ?? "NAME")}${choice}`,
  });
}

/** A line where options are given that only weights of another program go by, and the file is a checkpoint of ours. */
export function voidBeside({ path, bringsModel }: TrainedFile, given: Readonly<Record<string, unknown>>): string[] {
  const by = () => bringsModel && `${path}, a checkpoint of Thorax,`;
  const table = { ...foreignOptions, splitType: trainOptions.splitType }, options: Partial<Values<typeof table>> = {};
  return voidOptions([{ by, options: ["imgSize", "inChannels", "numClasses", "splitType"] }], {
    table,
    options,
    given,
  });
}

/** A trained model with its file, for predictions; what is made of another library's weights is said on standard error. */
export async function openTrained(
  options: TrainedModelOptions,
  size: Wanted["size"],
  { commandWith, given }: Pick<CommandContext, "commandWith" | "given">,
): Promise<TrainedModel & Disposable> {
  if (options.weights !== undefined && options.model === undefined) {
    throw new UserError("--weights needs --model NAME|FILE.ts", { remedy: "Name the model that they are of" });
  }
  const file = await openTrainedFile(options, { commandWith });
  try {
    const trained = await file.compile({ size });
    for (const note of [...voidBeside(file, given), ...trained.notes]) console.error(printable(note));
    return { ...trained, [Symbol.dispose]: () => file[Symbol.dispose]() };
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

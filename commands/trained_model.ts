import { printable, UserError } from "../errors.ts";
import type { Values } from "./options/option.ts";
import { foreignOptions, type weightsOptions } from "./options/shared_options.ts";
import { trainOptions } from "./options/train_options.ts";
import { openModelFile } from "../trained/open_trained_model.ts";
import type { CompileTrainedOptions, ModelFile, TrainedModel } from "../trained/trained_model.ts";
import type { CommandContext } from "./cli.ts";
import { voidOptions } from "./void_options.ts";

/** How the command line names a trained model. */
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
 * Opens the file that `--ckpt-path` or `--weights` names. Weights of `--ckpt-path` are taken for the document's where nothing in the file
 * speaks against it; with `assumeDocument` those of `--weights` too.
 *
 * @throws {UserError} where the model has to be named, with the command that names it
 */
export async function openNamedModel(
  options: TrainedModelOptions,
  { commandWith, assumeDocument = false }: Pick<CommandContext, "commandWith"> & { readonly assumeDocument?: boolean },
): Promise<ModelFile> {
  refuseTwo(options);
  const { ckptPath, weights, model, names: library, weightsKey: key, strict, imgSize, inChannels, numClasses } =
    options;
  using cleanup = new DisposableStack();
  const file = cleanup.use(
    await openModelFile(ckptPath ?? weights ?? "", {
      model,
      library,
      key,
      strict,
      imageSize: imgSize,
      inChannels,
      numClasses,
      assumed: ckptPath !== undefined || assumeDocument
        ? { library: "document", inColor: ckptPath !== undefined }
        : undefined,
      asWeights: ckptPath === undefined,
      howToName(guess) {
        const choice = guess === undefined ? ", where NAME is one of `deno task models`, or a file of your own" : "";
        return `Type: ${commandWith("--model", guess ?? "NAME")}${choice}`;
      },
    }),
  );
  if (file.bringsModel) refuseNames(options);
  cleanup.move();
  return file;
}

/** Returns a line where options are given that only another library's weights heed, and the file is a checkpoint of ours. */
export function voidBeside({ path, bringsModel }: ModelFile, given: Readonly<Record<string, unknown>>): string[] {
  const by = () => bringsModel && `${path}, a checkpoint of Thorax,`;
  const table = { ...foreignOptions, splitType: trainOptions.splitType }, options: Partial<Values<typeof table>> = {};
  return voidOptions([{ by, options: ["imgSize", "inChannels", "numClasses", "splitType"] }], {
    table,
    options,
    given,
  });
}

/** Opens and compiles a trained model with its file, for predictions; notes about it go to standard error. */
export async function openForPrediction(
  options: TrainedModelOptions,
  size: CompileTrainedOptions["size"],
  { commandWith, given }: Pick<CommandContext, "commandWith" | "given">,
): Promise<TrainedModel & Disposable> {
  if (options.weights !== undefined && options.model === undefined) {
    throw new UserError("--weights needs --model NAME|FILE.ts", { remedy: "Name the model that they are of" });
  }
  using cleanup = new DisposableStack();
  const file = cleanup.use(await openNamedModel(options, { commandWith }));
  const trained = await file.compile({ size });
  for (const note of [...voidBeside(file, given), ...trained.notes]) console.error(printable(note));
  const opened = cleanup.move();
  return { ...trained, [Symbol.dispose]: () => opened.dispose() };
}

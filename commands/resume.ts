import { resolve } from "node:path";
import { z } from "zod";
import type { Model } from "../dsl/compile/compile.ts";
import { printable, UserError } from "../errors.ts";
import { readRegularFile } from "../formats/regular_file.ts";
import { modelDigestKey } from "../train/describe.ts";
import { checkOptions, flagOf, type Option, type TrainOptions, trainOptions } from "../train/options.ts";
import { checkIsRun, checkRunFolder, runFolder } from "../train/run_folder.ts";
import { openCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { isFile } from "../trained/model_name.ts";
import { compileCheckpoint, modelDigest } from "../trained/model_source.ts";
import { quoted } from "./cli.ts";

/**
 * The options of a run that goes on: its own, and those given now that may change. A run folder may be a stranger's, so nothing is
 * loaded because it names it: a folder with TensorFlow's libraries is used only where it is given again, and `--model FILE.ts` is left to
 * {@linkcode resumedModel}.
 *
 * @throws {UserError} where there is no such run, or a given option may not change
 */
export async function resumedOptions(run: string, given: Readonly<Record<string, unknown>>): Promise<TrainOptions> {
  for (const flag of ["--ckpt-path", "--weights"] as const) {
    if (given[flag === "--weights" ? "weights" : "ckptPath"] === undefined) continue;
    throw new UserError("--resume goes on from the run's own state", { remedy: `Leave ${flag} out` });
  }
  await checkIsRun(run);
  await checkRunFolder(run);
  const { config } = runFolder(run);
  const stored = checkOptions(trainOptions, await readConfig(config), config),
    { model, tensorflowLibrary, logDir } = stored;
  await checkState(run, stored);
  for (const [name, value] of Object.entries(given)) {
    const definition: Option = trainOptions[name as keyof TrainOptions];
    const kept = stored[name as keyof TrainOptions];
    const isOwnFile = name === "model" && [value, kept].every((model) => typeof model === "string" && isFile(model));
    if (definition.mayChange || value === kept || isOwnFile) continue;
    throw new UserError(`${flagOf(name, definition)} cannot change on resume: in ${config} it is ${kept ?? "not set"}`);
  }
  if (tensorflowLibrary !== undefined && given.tensorflowLibrary === undefined) {
    const flag = printable(`--tensorflow-library ${tensorflowLibrary}`);
    console.error(`No library is loaded because a run folder names it: give ${flag} again if it is to be used`);
  }
  if (
    logDir !== undefined && given.logDir === undefined && resolve(logDir) !== resolve(trainOptions.logDir.default ?? "")
  ) {
    const flag = printable(`--log-dir ${logDir}`);
    console.error(`Nothing is written where a run folder says: give ${flag} again if the log is to go there`);
  }
  const asked = { tensorflowLibrary: undefined, logDir: undefined };
  return checkOptions(trainOptions, { ...stored, ...asked, ...given, model });
}

/** Says so where a finished run holds no state any more. */
async function checkState(run: string, { model = "", dataDir, imgSize }: TrainOptions): Promise<void> {
  const { state, final } = runFolder(run);
  if (await isThere(state) || !await isThere(final)) return;
  const films = dataDir === undefined ? [] : ["--data-dir", dataDir];
  const command = ["--model", model, ...films, "--img-size", `${imgSize}`, "--ckpt-path", final].map(quoted).join(" ");
  throw new UserError(`${run} cannot go on: its state was removed when it ended, as --no-keep-state asks`, {
    remedy: `Start a new run from its weights: deno task train ${printable(command)}`,
  });
}

const isThere = (path: string) => Deno.lstat(path).then(() => true, () => false);

/** The model of a run that goes on, and the SHA-256 of the user's own file that it came from, where it did. */
export interface ResumedModel {
  readonly whole: Model;
  readonly modelSha256?: string;
}

/**
 * The model of a run that goes on, compiled from the spec in its state. `file` is `--model` where it is given again: the file that the run
 * was started with, whose layers the spec may need. Its own bytes are compared by their SHA-256, but not what it imports.
 *
 * @throws {UserError} where the state does not fit the options, needs a file, or another one is given
 */
export async function resumedModel(run: string, { imgSize }: TrainOptions, file: unknown): Promise<ResumedModel> {
  const { state, config } = runFolder(run);
  using recorded = await openCheckpoint(state);
  const { metadata } = recorded, { imageSize } = metadata.preprocessing;
  if (imageSize !== imgSize) {
    throw new UserError(`${config} says --img-size ${imgSize}, and the model in ${state} is for ${imageSize}`);
  }
  const digest = metadata.options[modelDigestKey], kept = typeof digest === "string" ? digest : undefined;
  if (typeof file !== "string" || !isFile(file)) {
    return { whole: await compileCheckpoint(state, metadata), modelSha256: kept };
  }
  const modelSha256 = await modelDigest(file);
  if (kept !== undefined && kept !== modelSha256) {
    throw new UserError(
      `--model ${file} is not the file that ${run} was started with: its SHA-256 is ${modelSha256}, and was ${kept}`,
      { remedy: "Give the file as it was, or start a new run with --ckpt-path" },
    );
  }
  return { whole: await compileCheckpoint(state, metadata, file, console.error), modelSha256 };
}

async function readConfig(path: string): Promise<Record<string, unknown>> {
  try {
    const text = new TextDecoder().decode(await readRegularFile(path, { limit: 2 ** 20, what: "a config.json" }));
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw new UserError(`${path} cannot be read`, { remedy: "--resume takes a run folder, as train makes it", cause });
  }
}

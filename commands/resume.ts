import { resolve } from "node:path";
import { printable, UserError } from "../errors.ts";
import { readConfig } from "../train/run/config.ts";
import { checkState } from "../train/run/resume_run.ts";
import { checkIsRun, checkRunFolder, runFolder } from "../train/run/run_folder.ts";
import { isFile } from "../trained/model_name.ts";
import { checkOptions, flagOf, type Option } from "./options/option.ts";
import { type TrainOptions, trainOptions } from "./options/train_options.ts";

/**
 * The options of a run that goes on: its own, and those given now that may change. A run folder may be a stranger's, so nothing is
 * loaded because it names it: a folder with TensorFlow's libraries is used only where it is given again, and so is a model's file.
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
  const { config } = runFolder(run), { options } = await readConfig(config);
  const stored = checkOptions(trainOptions, options, config), { tensorflowLibrary, logDir } = stored;
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
  const usual = resolve(trainOptions.logDir.default ?? "");
  if (logDir !== undefined && given.logDir === undefined && resolve(logDir) !== usual) {
    const flag = printable(`--log-dir ${logDir}`);
    console.error(`Nothing is written where a run folder says: give ${flag} again if the log is to go there`);
  }
  const asked = { tensorflowLibrary: undefined, logDir: undefined };
  return checkOptions(trainOptions, { ...stored, ...asked, ...given, model: stored.model });
}

import { UserError } from "../errors.ts";
import { readRegularFile } from "../formats/regular_file.ts";
import { checkOptions, flagOf, type Option, type TrainOptions, trainOptions } from "../train/options.ts";
import { runFolder } from "../train/run_folder.ts";

/**
 * The options of a run that goes on: its own, and those given now that may change.
 *
 * @throws {UserError} where there is no such run, or a given option may not change
 */
export async function resumedOptions(run: string, given: Readonly<Record<string, unknown>>): Promise<TrainOptions> {
  for (const flag of ["--ckpt-path", "--weights"] as const) {
    if (given[flag === "--weights" ? "weights" : "ckptPath"] === undefined) continue;
    throw new UserError("--resume goes on from the run's own state", { remedy: `Leave ${flag} out` });
  }
  const { config } = runFolder(run);
  const stored = checkOptions(trainOptions, await readConfig(config), config);
  for (const [name, value] of Object.entries(given)) {
    const definition: Option = trainOptions[name as keyof TrainOptions];
    const kept = stored[name as keyof TrainOptions];
    if (definition.mayChange || value === kept) continue;
    throw new UserError(`${flagOf(name, definition)} cannot change on resume: in ${config} it is ${kept ?? "not set"}`);
  }
  return checkOptions(trainOptions, { ...stored, ...given });
}

async function readConfig(path: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(new TextDecoder().decode(await readRegularFile(path, { limit: 2 ** 20, what: "a config.json" })));
  } catch (cause) {
    throw new UserError(`${path} cannot be read`, { remedy: "--resume takes a run folder, as train makes it", cause });
  }
}

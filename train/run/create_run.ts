import { writeConfig } from "./config.ts";
import type { TrainingRun } from "./open_run.ts";
import { createRunFolder, type RunFolder, runFolder } from "./run_folder.ts";
import { writeSplit } from "./split_file.ts";

/**
 * Makes the folder of a run, `PARENT/MODEL-SAMPLER-TIME`, with its `config.json` and `split.csv`. A run that goes on has its folder
 * already, and only these are written anew.
 *
 * @throws {UserError} where the folder cannot be made or written to
 */
export async function createRun(run: TrainingRun, parent = "checkpoints"): Promise<RunFolder> {
  const { name, resumed, recipe: { sampler } } = run;
  const folder = resumed === undefined
    ? await createRunFolder(parent, name, sampler.type, new Date())
    : runFolder(resumed);
  await recordRun(run, folder);
  return folder;
}

/** Writes what a run's folder records of it from the beginning: `config.json` and `split.csv`. */
export async function recordRun({ config, dataset, wholeSplit }: TrainingRun, folder: RunFolder): Promise<void> {
  await writeConfig(folder.config, config.options, config.recipe);
  await writeSplit(folder.split, dataset, wholeSplit);
}

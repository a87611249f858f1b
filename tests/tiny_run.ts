/** For tests: runs of the library, opened and trained in a second. */
import { createRun } from "../train/run/create_run.ts";
import { fitRun } from "../train/run/fit_run.ts";
import { openRun, type TrainingRun } from "../train/run/open_run.ts";
import type { RunFolder } from "../train/run/run_folder.ts";
import { runObservers } from "../train/run/run_observers.ts";
import type { RunOptions } from "../train/run/run_options.ts";
import { tinyDataset, tinyModel } from "./tiny.ts";

/** Opens a run on 60 tiny films, in batches of 8, one epoch by default. */
export function openTinyRun(options: Partial<RunOptions> = {}): Promise<TrainingRun> {
  return openRun({ name: "tiny", model: tinyModel(), dataset: tinyDataset(60), batchSize: 8, epochs: 1, ...options });
}

/** Trains a run into a folder of its own below `parent`; its tensors are left to the test. */
export async function trainTinyRun(
  run: TrainingRun,
  parent: string,
  tell?: (line: string) => void,
): Promise<RunFolder> {
  const state = await run.firstState(), folder = await createRun(run, parent);
  await fitRun(run, runObservers(run, folder, { progress: false, tell }), { state });
  return folder;
}

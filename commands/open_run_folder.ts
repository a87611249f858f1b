import { recordRun } from "../train/run/create_run.ts";
import type { TrainingRun } from "../train/run/open_run.ts";
import { createRunFolder, type RunFolder, runFolder } from "../train/run/run_folder.ts";
import { type TrainOptions, withAbsolutePaths } from "./options/train_options.ts";
import { openRunLog, type RunLog } from "./run_log.ts";

/** Makes the folder of a run, opens its log, and writes what the folder records from the beginning; or does nothing of it. */
export async function openRunFolder(
  run: TrainingRun,
  asked: TrainOptions,
  begun: Pick<RunLog, "engine" | "loading" | "initializing">,
): Promise<RunFolder> {
  const { name: model, recipe: { sampler: { type: splitType } }, resumed } = run;
  const { ckptDir = "checkpoints", logDir: directory = "logs" } = asked, options = withAbsolutePaths(asked);
  const folder = resumed === undefined
    ? await createRunFolder(ckptDir, model, splitType, begun.loading)
    : runFolder(resumed);
  try {
    const title = `${model}, ${splitType}`;
    await openRunLog({ ...begun, model, directory, splitType, test: false, title, options });
  } catch (error) {
    if (resumed === undefined) await Deno.remove(folder.path, { recursive: true });
    throw error;
  }
  await recordRun(run, folder);
  return folder;
}

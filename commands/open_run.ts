import { type TrainOptions, withAbsolutePaths } from "../train/options.ts";
import { createRunFolder, type RunFolder, runFolder } from "../train/run_folder.ts";
import { replaceFile } from "../formats/atomic_file.ts";
import { openRunLog, type RunLog } from "./run_log.ts";

/** Makes the run folder and opens the log, or neither. */
export async function openRun(
  asked: TrainOptions,
  begun: Pick<RunLog, "model" | "engine" | "loading" | "initializing">,
): Promise<RunFolder> {
  const options = withAbsolutePaths(asked);
  const { splitType, ckptDir = "checkpoints", logDir = "logs", resume } = asked;
  const { model, loading } = begun;
  const folder = resume === undefined ? await createRunFolder(ckptDir, model, splitType, loading) : runFolder(resume);
  try {
    const title = `${model}, ${splitType}`;
    await openRunLog({ ...begun, directory: logDir, splitType, test: false, title, options });
  } catch (error) {
    if (resume === undefined) await Deno.remove(folder.path, { recursive: true });
    throw error;
  }
  const config = `${JSON.stringify({ ...options, resume: undefined }, null, 2)}\n`;
  await replaceFile(folder.config, (append) => append(new TextEncoder().encode(config)));
  return folder;
}

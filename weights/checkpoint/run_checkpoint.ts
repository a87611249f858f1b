import { join } from "node:path";
import { UserError } from "../../errors.ts";

/**
 * Makes sure that a path is no run folder: weights are asked for, and it holds several files of them.
 *
 * @throws {UserError} that names the run's best checkpoint, or how to go on with a run that has none yet
 */
export async function refuseRunFolder(path: string): Promise<void> {
  const best = join(path, "best_model.safetensors");
  if (await isFile(best)) throw new UserError(`${path} is a run folder`, { remedy: `Its checkpoint is ${best}` });
  if (!await isFile(join(path, "last", "state.safetensors"))) return;
  throw new UserError(`${path} is a run folder without a checkpoint yet`, {
    remedy: `Go on with the run: deno task train --resume ${path}`,
  });
}

async function isFile(path: string): Promise<boolean> {
  const info = await Deno.stat(path).catch(() => undefined);
  return info?.isFile ?? false;
}

import { UserError } from "../errors.ts";
import { openWeights } from "../weights/open_weights.ts";

/**
 * Runs what needs a checkpoint of Thorax. Where it fails because the file holds another program's weights, the error says so.
 *
 * @param remedy what to do with such weights
 * @throws {UserError} as `work` does, or in its place
 */
export async function needingCheckpoint<T>(path: string, remedy: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const problem = cause instanceof UserError ? await problemOf(path) : undefined;
    if (problem === undefined) throw cause;
    throw new UserError(problem, { remedy, cause });
  }
}

/** Why weights that can be read are no checkpoint; undefined where the file holds none, or is a checkpoint and damaged. */
async function problemOf(path: string): Promise<string | undefined> {
  try {
    using file = await openWeights(path);
    if (file.format !== "safetensors") {
      return `${file.path} is a ${file.format} file, and not a checkpoint of this program`;
    }
    if ("thorax" in file.metadata) return undefined;
    return `${file.path} is a safetensors file but holds no Thorax metadata; it is not a checkpoint of this program`;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

import { join } from "node:path";
import { UserError } from "../../errors.ts";

/** The files that `save_pretrained` writes weights to, in the order in which transformers looks for them. */
const fileNames = [
  "model.safetensors",
  "model.safetensors.index.json",
  "pytorch_model.bin",
  "pytorch_model.bin.index.json",
] as const;

/**
 * Finds the file of weights in a Hugging Face folder: `model.safetensors` or `pytorch_model.bin` beside `config.json`,
 * or the index of a sharded model. A path that is not a folder is returned as it is.
 *
 * @throws {UserError} where a folder holds none of these files
 */
export async function weightsIn(path: string): Promise<string> {
  if (!await exists(path, "isDirectory")) return path;
  for (const name of fileNames) if (await exists(join(path, name), "isFile")) return join(path, name);
  throw new UserError(`${path} is a folder without ${fileNames.join(", ")}`, {
    remedy: "Name the file of weights in it",
  });
}

/** Whether a path is a file, or a folder. Where the system refuses to say, opening the path gives its reason. */
async function exists(path: string, kind: "isFile" | "isDirectory"): Promise<boolean> {
  const info = await Deno.stat(path).catch(() => undefined);
  return info?.[kind] ?? false;
}

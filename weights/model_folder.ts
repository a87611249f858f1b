import { join } from "node:path";
import { UserError } from "../errors.ts";

/** What `save_pretrained` calls the weights, what is read first at the front: as transformers does. */
const names = [
  ...["model.safetensors", "model.safetensors.index.json"],
  ...["pytorch_model.bin", "pytorch_model.bin.index.json"],
] as const;

/**
 * The file of weights in a folder of Hugging Face's (`config.json` beside `model.safetensors`, `pytorch_model.bin`, or the index of their
 * parts); a path that is no folder is the file itself.
 *
 * @throws {UserError} where a folder holds none
 */
export async function weightsIn(path: string): Promise<string> {
  if (!await has(path, "isDirectory")) return path;
  for (const name of names) if (await has(join(path, name), "isFile")) return join(path, name);
  throw new UserError(`${path} is a folder without ${names.join(", ")}`, {
    remedy: "Name the file of weights in it",
  });
}

/** Whether there is such a thing; what cannot be looked at is told where it is opened. */
async function has(path: string, kind: "isFile" | "isDirectory"): Promise<boolean> {
  const info = await Deno.stat(path).catch(() => undefined);
  return info?.[kind] ?? false;
}

import { basename, extname } from "node:path";
import { printable } from "../errors.ts";

/** Whether a model is named by its file, `my_model.ts`, and not by its name in the registry. */
export const isFile = (name: string): boolean => /[./\\]/.test(name);

/**
 * Returns the name of a model in results and file names: its name in the registry, or the stem of its file. Control characters and backslashes become
 * `�`, because a file name should not hold them.
 *
 * @example
 * ```ts
 * import { modelName } from "./model_name.ts";
 * console.assert(modelName("models/my_model.ts") === "my_model");
 * ```
 */
export function modelName(model: string): string {
  return printable(basename(model, extname(model))).replaceAll("\\", "�");
}

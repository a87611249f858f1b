import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { Definition } from "../dsl/layer.ts";
import { UserError } from "../errors.ts";
import type { WeightNames } from "../weights/names/naming.ts";
import { parseWeightNames } from "../weights/names/parse_weight_names.ts";

/** What a user's own file exports. */
export interface ModelModule {
  readonly default?: unknown;
  readonly layers?: readonly Definition[];
  readonly weightNames?: WeightNames;
}

const moduleSchema = z.object({
  default: z.unknown(),
  layers: z.array(z.custom<Definition>((value) => typeof value === "object" && value !== null && "type" in value))
    .optional(),
  weightNames: z.unknown().optional(),
});

/**
 * Imports the file that `--model` names, which runs it, and checks what it exports.
 *
 * @throws {UserError} where there is no such file, it cannot be loaded, or an export is not what it should be
 */
export async function importModel(path: string): Promise<ModelModule> {
  if (!existsSync(path)) throw new UserError(`--model ${path} cannot be loaded: there is no such file`);
  let module: unknown;
  try {
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (cause) {
    throw new UserError(`--model ${path} cannot be loaded: ${thrownIn(path, cause)}`, { cause });
  }
  const { data } = moduleSchema.safeParse({ ...module as object });
  if (!data || data.default === undefined) {
    throw new UserError(`--model ${path} has no model as its default export`, {
      remedy: "Export a spec, or a function of { inChannels, numClasses } that returns one",
    });
  }
  const { weightNames } = data;
  return {
    ...data,
    weightNames: weightNames === undefined ? undefined : parseWeightNames(weightNames, `--model ${path}`),
  };
}

/**
 * Calls a function of the user's file.
 *
 * @throws {UserError} in place of any error of the function, with its place in the file
 */
export function callExport<R>(path: string, action: () => R): R {
  try {
    return action();
  } catch (cause) {
    throw new UserError(`--model ${path}: ${thrownIn(path, cause)}`, { cause });
  }
}

/** Puts an error of the user's own code on one line, with its place in the file if that is known and not in the message. */
function thrownIn(path: string, cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const [, place] = cause.stack?.split(pathToFileURL(resolve(path)).href)[1]?.match(/^:(\d+:\d+)/) ?? [];
  const [line] = cause.message.split("\n");
  return place && !/:\d+:\d+\)$/.test(line) ? `${line} (${basename(path)}:${place})` : line;
}

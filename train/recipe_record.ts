import { createHash } from "node:crypto";
import { z } from "zod";
import { systemReason, UserError } from "../errors.ts";
import { isOwn, type OwnPart, type Part } from "./parts.ts";
import { readRecipe, type Recipe } from "./recipe.ts";
import type { Json } from "./state.ts";

/** A part of a recipe as it is recorded: its JSON. One of the user's own has the SHA-256 of the file that it came from. */
export interface RecordedPart extends Part {
  /** The part's numbers by their names. */
  readonly [field: string]: Json;
}

/** A recipe as `config.json` and checkpoints hold it. */
export type RecordedRecipe = { readonly [P in keyof Recipe]: RecordedPart };

const partNames = [
  "loss",
  "optimizer",
  "schedule",
  "earlyStop",
  "sampler",
] as const satisfies readonly (keyof Recipe)[];

const recordedPart = z.looseObject({ type: z.string() }) as unknown as z.ZodType<RecordedPart>;

const recordedRecipe: z.ZodType<RecordedRecipe> = z.object({
  loss: recordedPart,
  optimizer: recordedPart,
  schedule: recordedPart,
  earlyStop: recordedPart,
  sampler: recordedPart,
});

/**
 * Makes a recipe's JSON.
 *
 * @throws {UserError} where the file that a part names as its source cannot be read
 */
export async function recordRecipe(recipe: Recipe): Promise<RecordedRecipe> {
  const parts = await Promise.all(partNames.map(async (name) => [name, await recordPart(recipe[name])] as const));
  return recordedRecipe.parse(Object.fromEntries(parts));
}

async function recordPart(part: Part): Promise<Json> {
  const { source, ...fields }: OwnPart = isOwn(part) ? part : { ...part };
  const nested = await Promise.all(
    Object.entries(fields).map(async ([name, value]) => [name, isPart(value) ? await recordPart(value) : value]),
  );
  const json = JSON.parse(JSON.stringify(Object.fromEntries(nested)));
  return source === undefined ? json : { ...json, sha256: await digestOf(part.type, source) };
}

const isPart = (value: unknown): value is Part =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

async function digestOf(type: string, source: string): Promise<string> {
  try {
    return createHash("sha256").update(await Deno.readFile(new URL(source))).digest("hex");
  } catch (cause) {
    throw new UserError(`the source of ${type}, ${source}, cannot be read: ${systemReason(cause)}`, {
      remedy: "Give import.meta.url of the module that defines it",
      cause,
    });
  }
}

/**
 * The recipe of a run that goes on. Built-in parts come out of what was recorded; the user's own out of `given`, which must be
 * those that were recorded. `place` names the record.
 *
 * @throws {UserError} one line, where the record is no recipe, a part of the user's own is missing, or another one is given
 */
export async function reviveRecipe(recorded: unknown, given: Partial<Recipe>, place: string): Promise<Recipe> {
  const { data, error } = recordedRecipe.safeParse(recorded);
  if (!data) throw new UserError(`${place}: ${error.issues[0].path.join(".")} of its recipe is no part of one`);
  const parts = await Promise.all(partNames.map(async (name) => {
    const part = given[name];
    if (part === undefined) return [name, data[name]] as const;
    checkSame(`${place}: ${name}`, data[name], await recordPart(part));
    return [name, part] as const;
  }));
  return readRecipe(Object.fromEntries(parts), place);
}

function checkSame(place: string, recorded: Json, given: Json): void {
  const [was, is] = [recorded, given].map(sorted);
  if (was === is) return;
  throw new UserError(`${place} is ${was}, and the one that is given is ${is}`, {
    remedy: "Give the run's own, or start a new run from its weights",
  });
}

/** JSON whose fields are in the order of their names. */
function sorted(value: Json): string {
  return JSON.stringify(
    value,
    (_, field: Json) =>
      typeof field === "object" && field !== null && !Array.isArray(field)
        ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => a < b ? -1 : 1))
        : field,
  );
}

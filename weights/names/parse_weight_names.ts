import { z } from "zod";
import { didYouMean, UserError } from "../../errors.ts";
import { libraries, type Naming, type WeightNames } from "./naming.ts";

const rules = z.record(z.string(), z.string());
const isFunction = (value: unknown) => typeof value === "function";
const numbers = z.array(z.number()).min(1);

/** The parts of a naming that a user's own code may write wrongly. */
const namingSchema = z.strictObject({
  rules: rules.optional(),
  shapes: z.record(z.string(), z.custom<(usual: readonly number[]) => readonly number[]>(isFunction)).optional(),
  foldedBiases: z.record(z.string(), z.custom<(name: string) => string>(isFunction)).optional(),
  caveat: z.string().optional(),
  variant: z.strictObject({ rules, note: z.string() }).optional(),
  base: z.string().optional(),
  unused: z.array(z.string()).optional(),
  settings: z.custom<Naming["settings"]>(isFunction).optional(),
  epsilon: z.strictObject({ norms: z.string(), ours: z.number(), theirs: z.number() }).optional(),
  marker: z.string().optional(),
  normalization: z.strictObject({ mean: numbers, std: numbers }).optional(),
  labels: z.array(z.string()).optional(),
  trainedOn: z.array(z.string()).optional(),
}) satisfies z.ZodType<Naming>;

/**
 * Checks the weight names that a user's own file exports.
 *
 * @param source what exports them, for messages
 * @throws {UserError} where a library is not known, or its names are not such a table
 */
export function parseWeightNames(value: unknown, source: string): WeightNames {
  const { data: tables } = z.record(z.string(), z.unknown()).safeParse(value);
  if (!tables) throw new UserError(`${source} exports weightNames that are not a table of libraries`);
  const weightNames: Partial<Record<(typeof libraries)[number], Naming>> = {};
  for (const [name, table] of Object.entries(tables)) {
    const library = libraries.find((library) => library === name);
    if (library === undefined) {
      const hint = didYouMean(name, libraries) || `; known: ${libraries.join(", ")}`;
      throw new UserError(`${source} exports weightNames of "${name}", which is not a library${hint}`);
    }
    const { data, error } = namingSchema.safeParse(table);
    if (error) {
      const [issue] = error.issues, place = [name, ...issue?.path ?? []].join(".");
      throw new UserError(`${source} exports weightNames with a fault at ${place}: ${issue?.message}`);
    }
    weightNames[library] = data;
  }
  return weightNames;
}

import { z } from "zod";
import { didYouMean, UserError } from "../errors.ts";

/**
 * A part of a recipe. One of Thorax's own is data: frozen JSON that `type` names, and a table says what it does. One of the
 * user's own brings its functions with it; its JSON is what is left without them.
 */
export interface Part {
  /** What kind of part it is. */
  readonly type: string;
}

/** What a part of the user's own may say beside its functions and its numbers. */
export interface OwnPart extends Part {
  /** The module that the part is from, `import.meta.url`: a run records the SHA-256 of that file. */
  readonly source?: string;
}

/** One kind of built-in part: a schema for each of its fields, which fills in the default, and what the part does. */
export interface PartKind<P extends Part, F> {
  readonly fields: { readonly [K in Exclude<keyof P, "type">]-?: z.ZodType<P[K]> };
  readonly functions: (part: P) => F;
}

/** The built-in parts for one place of a recipe, by type. */
export type PartTable<P extends Part, F> = { readonly [T in P["type"]]: PartKind<Extract<P, { type: T }>, F> };

/**
 * Makes a built-in part: fields checked, defaults filled in, frozen. `place` names it in errors, its type by default.
 *
 * @throws {UserError} one line that names the field, what it must be, and what came
 */
export function createPart<P extends Part>(
  type: P["type"],
  { fields }: PartKind<P, unknown>,
  values: object = {},
  place: string = type,
): P {
  const schema = z.strictObject({ type: z.literal(type), ...fields as Record<string, z.ZodType> });
  const { data, error } = schema.safeParse({ ...values, type });
  // The schema has a reader for every field of P, and each has returned its field's type.
  if (data) return Object.freeze(data) as unknown as P;
  const [issue] = error.issues;
  if (issue.code === "unrecognized_keys") {
    const [key] = issue.keys, names = Object.keys(fields);
    const known = didYouMean(key, names) || `; the fields are: ${names.join(", ") || "none"}`;
    throw new UserError(`${place}: there is no field "${key}"${known}`);
  }
  const name = String(issue.path[0]), given: Record<string, unknown> = { ...values };
  throw new UserError(`${place}: ${name} must be ${issue.message}, got ${JSON.stringify(given[name])}`);
}

/**
 * Reads a part: one of a table's, checked and frozen, or one of the user's own, as it is.
 *
 * @throws {UserError} one line, where it is no part, the table has no such type, or a field is wrong
 */
export function readPart<P extends Part, F extends object>(
  table: PartTable<P, F>,
  value: unknown,
  place: string,
): P | OwnPart & F {
  const part = z.looseObject({ type: z.string() }).safeParse(value).data;
  if (!part) {
    throw new UserError(`${place} must be a part such as { "type": "${firstOf(table)}" }, got ${shown(value)}`);
  }
  if (isOwn<F>(part)) return part;
  const kind = kindOf(table, part.type);
  if (kind) return createPart(part.type, kind, part, `${place}: ${part.type}`);
  const types = Object.keys(table);
  throw new UserError(
    `${place}: there is no built-in type "${part.type}"${
      didYouMean(part.type, types) || `; there are: ${types.join(", ")}`
    }`,
    { remedy: "A part of your own comes as a value with its functions" },
  );
}

/** What a part does: its own functions, or those that the table has for its type. */
export function functionsOf<P extends Part, F extends object>(table: PartTable<P, F>, part: P | OwnPart & F): F {
  if (isOwn<F>(part)) return part;
  const kind = kindOf(table, part.type);
  if (!kind) throw new UserError(`there is no built-in type "${part.type}"`);
  return kind.functions(part as P); // not the user's own, and so one of the table's
}

/**
 * Checks and freezes a part of the user's own.
 *
 * @throws {UserError} where its type is a built-in one, or it has no functions
 */
export function definePart<O extends OwnPart>(table: object, part: O): Readonly<O> {
  if (typeof part.type !== "string" || !/^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(part.type)) {
    throw new UserError(`a part of your own needs a type of letters, digits and dashes, got ${shown(part.type)}`);
  }
  if (Object.hasOwn(table, part.type)) {
    throw new UserError(`"${part.type}" is a built-in type`, { remedy: "Give your own part another one" });
  }
  if (!Object.values(part).some(isFunction)) throw new UserError(`${part.type} has no functions, so it does nothing`);
  return Object.freeze(part);
}

/** Whether a part brings its own functions. */
export function isOwn<F extends object>(part: Part): part is OwnPart & F {
  return Object.values(part).some(isFunction);
}

const isFunction = (value: unknown) => typeof value === "function";

const kindOf = <P extends Part, F>(table: PartTable<P, F>, type: string): PartKind<P, F> | undefined =>
  Object.hasOwn(table, type) ? table[type as P["type"]] as unknown as PartKind<P, F> : undefined;

const firstOf = (table: object) => Object.keys(table)[0];

const shown = (value: unknown) => (JSON.stringify(value) ?? String(value)).slice(0, 200);

/** A number that `accepts`; `expected` says of which kind it is. */
function numberField(expected: string, accepts: (value: number) => boolean) {
  const schema = z.custom<number>((value) => typeof value === "number" && Number.isFinite(value) && accepts(value), {
    error: expected,
  });
  return (absent: number): z.ZodType<number> => schema.default(absent);
}

/** Schemas of fields; each takes the default. */
export const partFields = {
  positive: numberField("a number above 0", (value) => value > 0),
  nonNegative: numberField("a number of at least 0", (value) => value >= 0),
  fraction: numberField("a number from 0, below 1", (value) => value >= 0 && value < 1),
  count: numberField("an integer of at least 1", (value) => Number.isSafeInteger(value) && value >= 1),
  whole: numberField("an integer of at least 0", (value) => Number.isSafeInteger(value) && value >= 0),
  flag: (absent: boolean): z.ZodType<boolean> =>
    z.custom<boolean>((value) => typeof value === "boolean", { error: "true or false" }).default(absent),
};

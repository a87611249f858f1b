import { didYouMean } from "../errors.ts";
import type { Pair } from "../ops/window.ts";
import { showJson, SpecError } from "./errors.ts";
import type { AnySpec, Child } from "./layer.ts";
import type { Spec } from "./spec.ts";

/** Where a field is being read. */
export interface Reading {
  /** The error to throw: what the field must be, and what came if not the value itself. */
  error(expected: string, got?: unknown): SpecError;
  /** Reads a child spec; `name` is its part of the path. */
  spec(value: unknown, name: string): Spec;
}

/** Reads a field out of what a caller or a file gave, in the form that specs keep it; throws what it must be. */
export type Field<T> = (value: unknown, at: Reading) => T;

/** One {@linkcode Field} for each field of a spec but `type`. */
export type Fields<S> = { readonly [F in Exclude<keyof S, "type">]: Field<S[F]> };

function field<T>(expected: string, accepts: (value: unknown) => value is T): Field<T> {
  return (value, at) => {
    if (!accepts(value)) throw at.error(expected);
    return value;
  };
}

/** A pair, or one number for both: kept as a frozen pair. */
function pairOf(expected: string, accepts: (value: unknown) => value is number): Field<Pair> {
  return (value, at) => {
    const [height, width, ...more] = Array.isArray(value) ? value : [value, value];
    if (!accepts(height) || !accepts(width) || more.length > 0) throw at.error(`${expected}, or a pair of them`);
    return Object.freeze([height, width] as const);
  };
}

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isCount = (value: unknown): value is number => isWhole(value) && value > 0;

export const count = field("a positive integer", isCount);
export const countPair = pairOf("a positive integer", isCount);
export const wholePair = pairOf("an integer from 0", isWhole);
export const number = field("a number", isNumber);
export const positive = field("a positive number", (value): value is number => isNumber(value) && value > 0);
export const rate = field(
  "a probability, 0 or more and less than 1",
  (value): value is number => isNumber(value) && value >= 0 && value < 1,
);
export const flag = field("true or false", (value): value is boolean => typeof value === "boolean");

/** One of a few words. */
export function oneOf<const W extends string>(...words: readonly W[]): Field<W> {
  return field(words.map((word) => `"${word}"`).join(" or "), (value): value is W => words.some((w) => w === value));
}

/** One kind of value, else another. */
export function either<A, B>(first: (value: unknown) => boolean, a: Field<A>, b: Field<B>): Field<A | B> {
  return (value, at) => first(value) ? a(value, at) : b(value, at);
}

/** A field that may be left out; `absent` is what it is then. */
export function optional<T>(field: Field<T>, absent: unknown): Field<T> {
  return (value, at) => field(value === undefined ? absent : value, at);
}

/** A spec under the field's own name. */
export function childNamed(name: string): Field<Spec> {
  return (value, at) => at.spec(value, name);
}

/** `[name, spec]` pairs: names are not empty, differ, and hold no `/`, which joins them into paths. */
export const children: Field<readonly Child[]> = (value, at) => {
  if (!Array.isArray(value)) throw at.error("an array of [name, spec] pairs");
  const names = new Set<string>();
  return Object.freeze(value.map((pair): Child => {
    const [name, spec] = Array.isArray(pair) && pair.length === 2 ? pair : [];
    if (typeof name !== "string") throw at.error("an array of [name, spec] pairs", pair);
    if (name === "" || name.includes("/")) throw at.error('named without "/", which joins names into paths', name);
    if (names.has(name)) throw at.error("named apart", [...names, name]);
    names.add(name);
    return Object.freeze([name, at.spec(spec, name)] as const);
  }));
};

/** Reads an object by its fields: a frozen value with `type` first, each field in the table's order, and no others. */
export function readFields<S extends AnySpec>(
  type: S["type"],
  fields: Fields<S>,
  values: object,
  { place, spec }: { place: string; spec: Reading["spec"] },
): S {
  const names = Object.keys(fields);
  for (const name of Object.keys(values)) {
    if (name !== "type" && !names.includes(name)) {
      const known = didYouMean(name, names) || `; the fields are: ${names.join(", ") || "none"}`;
      throw new SpecError(`${place}: there is no field "${name}"${known}`);
    }
  }
  const given: Record<string, unknown> = { ...values };
  const entries = Object.entries<Field<unknown>>(fields).map(([name, read]) => {
    const error = (expected: string, got = given[name]) =>
      new SpecError(`${place}: ${name} must be ${expected}, got ${showJson(got)}`);
    return [name, read(given[name], { error, spec })];
  });
  // The table has a reader for every field of S, and each has returned its field's type.
  return Object.freeze({ type, ...Object.fromEntries(entries) }) as S;
}

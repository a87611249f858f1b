/**
 * Readers for the fields of specs, for definitions of your own: each checks what a caller or a file gave and returns it
 * in the form that specs keep.
 *
 * @module
 */
import { didYouMean } from "../errors.ts";
import type { Pair } from "../ops/window.ts";
import type { AnySpec, Child } from "./any_spec.ts";
import { showJson, SpecError } from "./errors.ts";

/** The field that is being read. */
export interface Reading {
  /**
   * Makes the error to throw. It names the place, the field, what it must be, and what came if not the value itself.
   */
  error(expected: string, got?: unknown): SpecError;
  /** Reads a child spec; `name` is its part of the path. */
  spec(value: unknown, name: string): AnySpec;
}

/**
 * Reads a field out of what a caller or a file gave, in the form that specs keep; throws an error that says what it
 * must be.
 */
export type Field<T> = (value: unknown, at: Reading) => T;

/** One {@linkcode Field} for each field of a spec except `type`. */
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

/** Reads a positive integer. */
export const count: Field<number> = field("a positive integer", isCount);

/** Reads two positive integers, height before width; one stands for both. */
export const countPair: Field<Pair> = pairOf("a positive integer", isCount);

/** Reads two integers from 0, height before width; one stands for both. */
export const wholePair: Field<Pair> = pairOf("an integer from 0", isWhole);

/** Reads a finite number. */
export const number: Field<number> = field("a number", isNumber);

/** Reads a number above 0. */
export const positive: Field<number> = field(
  "a positive number",
  (value): value is number => isNumber(value) && value > 0,
);

/** Reads a probability p, 0 ≤ p < 1. */
export const rate: Field<number> = field(
  "a probability, 0 or more and less than 1",
  (value): value is number => isNumber(value) && value >= 0 && value < 1,
);

/** Reads true or false. */
export const flag: Field<boolean> = field("true or false", (value): value is boolean => typeof value === "boolean");

/** Reads one of a few words. */
export function oneOf<const W extends string>(...words: readonly W[]): Field<W> {
  return field(words.map((word) => `"${word}"`).join(" or "), (value): value is W => words.some((w) => w === value));
}

/** Reads a value by `a` where `first` accepts it, by `b` otherwise. */
export function either<A, B>(first: (value: unknown) => boolean, a: Field<A>, b: Field<B>): Field<A | B> {
  return (value, at) => first(value) ? a(value, at) : b(value, at);
}

/** Makes a field one that may be left out; `absent` then stands for it. */
export function optional<T>(field: Field<T>, absent: unknown): Field<T> {
  return (value, at) => field(value === undefined ? absent : value, at);
}

/** Reads a child spec; `name` is its part of the path. The definition says by `S` which specs its constructor takes. */
export function childNamed<S extends AnySpec = AnySpec>(name: string): Field<S> {
  return (value, at) => at.spec(value, name) as S;
}

/**
 * Reads `[name, spec]` pairs. Names are not empty, differ, and contain no `/`, which joins them into paths. The
 * definition says by `S` which specs its constructor takes.
 */
export function children<S extends AnySpec = AnySpec>(value: unknown, at: Reading): readonly Child<S>[] {
  if (!Array.isArray(value)) throw at.error("an array of [name, spec] pairs");
  const names = new Set<string>();
  return Object.freeze(value.map((pair): Child<S> => {
    const [name, spec] = Array.isArray(pair) && pair.length === 2 ? pair : [];
    if (typeof name !== "string") throw at.error("an array of [name, spec] pairs", pair);
    if (name === "" || name.includes("/")) throw at.error('named without "/", which joins names into paths', name);
    if (names.has(name)) throw at.error("named apart", [...names, name]);
    names.add(name);
    return Object.freeze([name, at.spec(spec, name) as S] as const);
  }));
}

/**
 * Reads an object by its fields. Returns a frozen value with `type` first and each field in the table's order; throws
 * for any other.
 */
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

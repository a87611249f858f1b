/** `@std/assert`'s call shape over `node:assert`: deno.json maps the name here, so one line swaps the original in. */
import assertions from "node:assert/strict";

/** Asserts that a value is truthy. */
export function assert(value: unknown, message = `expected a truthy value, got ${value}`): asserts value {
  assertions.ok(value, message);
}

/** Asserts deep equality. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  if (message === undefined) assertions.deepStrictEqual(actual, expected);
  else assertions.deepStrictEqual(actual, expected, message);
}

/** Asserts |actual − expected| ≤ tolerance. */
export function assertAlmostEquals(actual: number, expected: number, tolerance = 1e-7, message = ""): void {
  if (!(Math.abs(actual - expected) <= tolerance)) {
    assertions.fail(`${message && `${message}: `}expected ${expected} ± ${tolerance}, got ${actual}`);
  }
}

/** Asserts that a string contains another. */
export function assertStringIncludes(actual: string, expected: string, message = ""): void {
  if (!actual.includes(expected)) assertions.fail(`${message && `${message}: `}expected "${expected}" in "${actual}"`);
}

/** Asserts that a string matches a pattern. */
export function assertMatch(actual: string, expected: RegExp): void {
  assertions.match(actual, expected);
}

// deno-lint-ignore no-explicit-any -- the constructor's arguments do not matter, as in @std/assert
type ErrorClass<E> = abstract new (...args: any[]) => E;

function checkError<E extends Error>(error: unknown, expected: ErrorClass<E>, includes: string): E {
  if (!(error instanceof expected)) assertions.fail(`expected ${expected.name}, got ${error}`);
  assertStringIncludes(error.message, includes);
  return error;
}

/** Asserts that a function throws an error of a class whose message includes a text; returns the error. */
export function assertThrows<E extends Error>(fn: () => unknown, expected: ErrorClass<E>, includes = ""): E {
  let error: unknown;
  try {
    fn();
  } catch (caught) {
    error = caught;
  }
  return checkError(error, expected, includes);
}

/** Asserts that a promise rejects with an error of a class whose message includes a text; resolves to the error. */
export async function assertRejects<E extends Error>(
  fn: () => Promise<unknown>,
  expected: ErrorClass<E>,
  includes = "",
): Promise<E> {
  let error: unknown;
  try {
    await fn();
  } catch (caught) {
    error = caught;
  }
  return checkError(error, expected, includes);
}

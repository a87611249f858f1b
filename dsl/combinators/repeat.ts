import { create } from "../create.ts";
import { childNamed, count } from "../fields.ts";
import type { Combinator } from "../layer.ts";
import type { Repeat, Spec } from "../spec.ts";

/**
 * Runs `times` copies of a body one after another, each with parameters of its own: a stack of equal parts named 0, 1,
 * …
 *
 * @throws {SpecError} for a number of times that is not a positive integer
 *
 * @example
 * ```ts
 * import { conv, repeat } from "@thorax/thorax";
 * repeat(12, conv(64, 3, { padding: 1 })); // 0/kernel, 0/bias, 1/kernel, …
 * ```
 */
export function repeat(times: number, body: Spec): Repeat {
  return create(repeatCombinator, { times, body });
}

/** The names of the copies, `["0", "1", …]`. */
function names(times: number): string[] {
  return Array.from({ length: times }, (_, copy) => String(copy));
}

export const repeatCombinator: Combinator<Repeat> = {
  type: "repeat",
  fields: { times: count, body: childNamed("body") },
  copies: ({ times }) => times,
  children: ({ times, body }) => names(times).map((name) => [name, body]),
  wire: ({ times }, input, { child }) => names(times).reduce((value, name) => child(name, value), input),
};

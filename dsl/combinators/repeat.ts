import { create } from "../create.ts";
import { childNamed, count } from "../fields.ts";
import type { Combinator } from "../layer.ts";
import type { Spec } from "../spec.ts";

/** The spec of {@linkcode repeat}. */
export interface Repeat {
  readonly type: "repeat";
  readonly times: number;
  readonly body: Spec;
}

/**
 * `times` copies, one after another, each with parameters of its own: a stack of one thing, named 0, 1, …, written once.
 *
 * @example
 * ```ts
 * import { conv } from "../layers/conv.ts";
 * import { repeat } from "./repeat.ts";
 * repeat(12, conv(64, 3, { padding: 1 })); // 0/kernel, 0/bias, 1/kernel, …
 * ```
 */
export function repeat(times: number, body: Spec): Repeat {
  return create(repeatCombinator, { times, body });
}

/** `["0", "1", …]` */
function names(times: number): string[] {
  return Array.from({ length: times }, (_, copy) => String(copy));
}

/** What `repeat` means. */
export const repeatCombinator: Combinator<Repeat> = {
  type: "repeat",
  fields: { times: count, body: childNamed("body") },
  copies: ({ times }) => times,
  children: ({ times, body }) => names(times).map((name) => [name, body]),
  wire: ({ times }, input, { child }) => names(times).reduce((value, name) => child(name, value), input),
};

import { create } from "../create.ts";
import { children } from "../fields.ts";
import type { Child, Combinator } from "../layer.ts";
import { namedParts, type Parts } from "./parts.ts";

/** The spec of {@linkcode stack}. */
export interface Stack {
  readonly type: "stack";
  readonly children: readonly Child[];
}

/**
 * One after another. An array names its parts by position, an object by key; a parameter's name is the path to it.
 *
 * @throws {SpecError} for a key that looks like an integer, or holds `/`
 *
 * @example
 * ```ts
 * import { conv } from "../layers/conv.ts";
 * import { relu } from "../layers/relu.ts";
 * import { stack } from "./stack.ts";
 * stack([conv(64, 3), relu()]); // 0/kernel, 0/bias
 * stack({ conv1: conv(64, 3), relu: relu() }); // conv1/kernel, conv1/bias
 * ```
 */
export function stack(parts: Parts): Stack {
  return create(stackCombinator, { children: namedParts("stack", parts) });
}

/** What `stack` means. */
export const stackCombinator: Combinator<Stack> = {
  type: "stack",
  fields: { children },
  children: (spec) => spec.children,
  wire: (spec, input, { child }) => spec.children.reduce((value, [name]) => child(name, value), input),
};

import { create } from "../create.ts";
import { children } from "../fields.ts";
import type { Combinator } from "../layer.ts";
import type { Stack } from "../spec.ts";
import { namedParts, type Parts } from "./parts.ts";

/**
 * Runs parts one after another. An array names them by position, an object by key; a parameter's name is the path to
 * it.
 *
 * @throws {SpecError} for a key that looks like an integer or contains `/`
 *
 * @example
 * ```ts
 * import { conv, relu, stack } from "@thorax/thorax";
 * stack([conv(64, 3), relu()]); // 0/kernel, 0/bias
 * stack({ conv1: conv(64, 3), relu: relu() }); // conv1/kernel, conv1/bias
 * ```
 */
export function stack(parts: Parts): Stack {
  return create(stackCombinator, { children: namedParts("stack", parts) });
}

export const stackCombinator: Combinator<Stack> = {
  type: "stack",
  fields: { children },
  children: (spec) => spec.children,
  wire: (spec, input, { child }) => spec.children.reduce((value, [name]) => child(name, value), input),
};

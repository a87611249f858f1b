import { showJson, SpecError } from "../errors.ts";
import type { Child } from "../any_spec.ts";
import type { Spec } from "../spec.ts";

/** The parts that a combinator takes: an array names them by position, an object by key. */
export type Parts = readonly Spec[] | Readonly<Record<string, Spec>>;

/**
 * Lists parts as `[name, spec]` pairs, in order.
 *
 * @throws {SpecError} for an integer-like key, which JavaScript moves before all others
 */
export function namedParts(type: string, parts: Parts): readonly Child<Spec>[] {
  if (isArray(parts)) return parts.map((spec, position) => [String(position), spec]);
  if (typeof parts !== "object" || parts === null) {
    throw new SpecError(
      `${type}: the parts must be an array of specs, or an object of them by name, got ${showJson(parts)}`,
    );
  }
  const integer = Object.keys(parts).find((name) => /^\d+$/.test(name));
  if (integer !== undefined) {
    throw new SpecError(
      `${type}: JavaScript would move the key "${integer}" before the others; pass an array, or name it "layer${integer}"`,
    );
  }
  return Object.entries(parts);
}

/** `Array.isArray` for a readonly array, which TypeScript does not narrow by it. */
function isArray(parts: Parts): parts is readonly Spec[] {
  return Array.isArray(parts);
}

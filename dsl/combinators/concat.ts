import * as tf from "@tensorflow/tfjs-core";
import { create } from "../create.ts";
import { children } from "../fields.ts";
import type { Combinator, Join } from "../layer.ts";
import type { Concat } from "../spec.ts";
import { namedParts, type Parts } from "./parts.ts";
import { sameShape } from "../shape.ts";

/**
 * Runs several parts on the same input and puts their outputs side by side: `[…, C₁]`, `[…, C₂]`, … → `[…, C₁ + C₂ +
 * …]`. The other axes must agree.
 *
 * @throws {SpecError} for no parts, and for a name that is an integer or contains `/`
 *
 * @example
 * ```ts
 * import { concat, conv, pool } from "@thorax/thorax";
 * concat({ small: conv(32, 1), large: conv(64, 3, { padding: 1 }), pool: pool(3, { stride: 1, padding: 1 }) });
 * ```
 */
export function concat(parts: Parts): Concat {
  return create(concatCombinator, { children: namedParts("concat", parts) });
}

/** Joins values along the last axis. */
const concatenation: Join = {
  shape([first, ...others], at) {
    const other = others.find(({ shape }) => !sameShape(shape.slice(0, -1), first.shape.slice(0, -1)));
    if (other) {
      const remedy = "Change stride or padding until they differ in the last axis only.";
      throw at.error("shapes that differ only in their channels", remedy, [first, other]);
    }
    const channels = [first, ...others].map(({ shape }) => shape[shape.length - 1]);
    return [...first.shape.slice(0, -1), channels.reduce((total, some) => total + some)];
  },
  apply: (values) => tf.concat([...values], values[0].rank - 1),
};

export const concatCombinator: Combinator<Concat> = {
  type: "concat",
  fields: { children },
  check: (spec) => spec.children.length === 0 ? "there is nothing to join" : undefined,
  children: (spec) => spec.children,
  wire: (spec, input, { child, join }) => join(concatenation, spec.children.map(([name]) => child(name, input))),
};

import * as tf from "@tensorflow/tfjs-core";
import { create } from "../create.ts";
import { children } from "../fields.ts";
import type { Child, Combinator, Join } from "../layer.ts";
import { namedParts, type Parts } from "./parts.ts";
import { sameShape } from "../shape.ts";

/** The spec of {@linkcode concat}. */
export interface Concat {
  readonly type: "concat";
  readonly children: readonly Child[];
}

/**
 * What several parts make of the same input, side by side: channels (the last axis) are joined, the other axes agree.
 *
 * @example
 * ```ts
 * import { concat } from "./concat.ts";
 * import { conv } from "../layers/conv.ts";
 * import { pool } from "../layers/pool.ts";
 * concat({ small: conv(32, 1), large: conv(64, 3, { padding: 1 }), pool: pool(3, { stride: 1, padding: 1 }) });
 * ```
 */
export function concat(parts: Parts): Concat {
  return create(concatCombinator, { children: namedParts("concat", parts) });
}

/** Joins along the last axis. */
const concatenation: Join = {
  shape([first, ...others], at) {
    const other = others.find(({ shape }) => !sameShape(shape.slice(0, -1), first.shape.slice(0, -1)));
    if (other) {
      const remedy = "Change stride or padding until they differ in the last axis only.";
      throw at.error("shapes that agree but in their channels", remedy, [first, other]);
    }
    const channels = [first, ...others].map(({ shape }) => shape[shape.length - 1]);
    return [...first.shape.slice(0, -1), channels.reduce((total, some) => total + some)];
  },
  apply: (values) => tf.concat([...values], values[0].rank - 1),
};

/** What `concat` means. */
export const concatCombinator: Combinator<Concat> = {
  type: "concat",
  fields: { children },
  check: (spec) => spec.children.length === 0 ? "there is nothing to join" : undefined,
  children: (spec) => spec.children,
  wire: (spec, input, { child, join }) => join(concatenation, spec.children.map(([name]) => child(name, input))),
};

import * as tf from "@tensorflow/tfjs-core";
import { create } from "../create.ts";
import { children } from "../fields.ts";
import type { Combinator, Join } from "../layer.ts";
import type { Sum } from "../spec.ts";
import { namedParts, type Parts } from "./parts.ts";
import { sameShape } from "../shape.ts";

/**
 * Runs several parts on the same input and adds their outputs, which must have one shape.
 *
 * @throws {SpecError} for no parts, and for a name that is an integer or contains `/`
 *
 * @example
 * ```ts
 * import { conv, sum } from "@thorax/thorax";
 * sum({ near: conv(64, 3, { padding: 1 }), far: conv(64, 3, { padding: 4, dilation: 4 }) });
 * ```
 */
export function sum(parts: Parts): Sum {
  return create(sumCombinator, { children: namedParts("sum", parts) });
}

/** Adds values of one shape. */
export const addition: Join = {
  shape([first, ...others], at) {
    const other = others.find(({ shape }) => !sameShape(shape, first.shape));
    if (other) {
      throw at.error("one shape", "Change filters, stride or padding until both are the same.", [first, other]);
    }
    return first.shape;
  },
  apply: (values) => values.reduce((total, value) => tf.add(total, value)),
};

export const sumCombinator: Combinator<Sum> = {
  type: "sum",
  fields: { children },
  check: (spec) => spec.children.length === 0 ? "there is nothing to add" : undefined,
  children: (spec) => spec.children,
  wire: (spec, input, { child, join }) => join(addition, spec.children.map(([name]) => child(name, input))),
};

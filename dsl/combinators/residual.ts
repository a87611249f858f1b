import { create } from "../create.ts";
import { childNamed } from "../fields.ts";
import { identity } from "../layers/activations.ts";
import type { Combinator, Join } from "../layer.ts";
import type { Residual, Spec } from "../spec.ts";
import { sameShape } from "../shape.ts";
import { addition } from "./sum.ts";

/** Options of {@linkcode residual}. */
export interface ResidualOptions {
  /** The branch around the body; default `identity()`. It must be given where the body changes the shape. */
  readonly shortcut?: Spec;
}

/**
 * Adds a body and a shortcut of the same input, body(x) + shortcut(x), with no activation after (He et al. 2016). The
 * shortcut is x itself by default; where the body changes the shape, it must change it in the same way.
 *
 * @example
 * ```ts
 * import { conv, residual } from "@thorax/thorax";
 * residual(conv(128, 3, { stride: 2, padding: 1 }), { shortcut: conv(128, 1, { stride: 2, bias: false }) });
 * ```
 */
export function residual(body: Spec, { shortcut = identity() }: ResidualOptions = {}): Residual {
  return create(residualCombinator, { body, shortcut });
}

/** Addition whose error suggests a shortcut. */
const meeting: Join = {
  ...addition,
  shape([body, shortcut], at) {
    if (sameShape(body.shape, shortcut.shape)) return body.shape;
    const filters = body.shape.at(-1);
    const remedy = body.shape.length === 3
      ? `Give it a shortcut that ends in the body's shape, such as { shortcut: conv(${filters}, 1, { stride: … }) }.`
      : "Give it a shortcut that ends in the body's shape.";
    throw at.error("body and shortcut of one shape", remedy, [body, shortcut]);
  },
};

export const residualCombinator: Combinator<Residual> = {
  type: "residual",
  fields: { body: childNamed("body"), shortcut: childNamed("shortcut") },
  children: ({ body, shortcut }) => [["body", body], ["shortcut", shortcut]],
  wire: (_, input, { child, join }) => join(meeting, [child("body", input), child("shortcut", input)]),
};

import { create } from "../create.ts";
import { childNamed } from "../fields.ts";
import { identity } from "../layers/identity.ts";
import type { Combinator, Join } from "../layer.ts";
import type { Spec } from "../spec.ts";
import { sameShape } from "../shape.ts";
import { addition } from "./sum.ts";

/** The spec of {@linkcode residual}. */
export interface Residual {
  readonly type: "residual";
  readonly body: Spec;
  readonly shortcut: Spec;
}

/**
 * body(x) + shortcut(x), with no activation after (He et al. 2016). The shortcut is x itself unless it is given; it must be
 * where the body changes the shape.
 *
 * @example
 * ```ts
 * import { conv } from "../layers/conv.ts";
 * import { residual } from "./residual.ts";
 * residual(conv(128, 3, { stride: 2, padding: 1 }), { shortcut: conv(128, 1, { stride: 2, bias: false }) });
 * ```
 */
export function residual(body: Spec, { shortcut = identity() }: { readonly shortcut?: Spec } = {}): Residual {
  return create(residualCombinator, { body, shortcut });
}

/** Addition whose error knows the usual remedy. */
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

/** What `residual` means. */
export const residualCombinator: Combinator<Residual> = {
  type: "residual",
  fields: { body: childNamed("body"), shortcut: childNamed("shortcut") },
  children: ({ body, shortcut }) => [["body", body], ["shortcut", shortcut]],
  wire: (_, input, { child, join }) => join(meeting, [child("body", input), child("shortcut", input)]),
};

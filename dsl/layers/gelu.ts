import { gelu as activate } from "../../ops/gelu.ts";
import { create } from "../create.ts";
import type { Layer } from "../layer.ts";

/** The spec of {@linkcode gelu}. */
export interface Gelu {
  readonly type: "gelu";
}

/**
 * Gaussian error linear unit (Hendrycks & Gimpel 2016), of any shape: x · Φ(x), exact, with no approximation by tanh.
 *
 * @example
 * ```ts
 * import { dense } from "./dense.ts";
 * import { gelu } from "./gelu.ts";
 * import { stack } from "../combinators/stack.ts";
 * stack({ fc1: dense(768), act: gelu(), fc2: dense(192) });
 * ```
 */
export function gelu(): Gelu {
  return create(geluLayer, {});
}

/** What `gelu` means. */
export const geluLayer: Layer<Gelu> = {
  type: "gelu",
  fields: {},
  shape: (_, input) => input,
  apply: (_, __, x) => activate(x),
};

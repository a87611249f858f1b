import { silu as activate } from "../../ops/gates.ts";
import { create } from "../create.ts";
import type { Layer } from "../layer.ts";

/** The spec of {@linkcode silu}. */
export interface Silu {
  readonly type: "silu";
}

/**
 * x · σ(x), also Swish (Ramachandran et al. 2017), of any shape.
 *
 * @example
 * ```ts
 * import { silu } from "./silu.ts";
 * console.assert(JSON.stringify(silu()) === '{"type":"silu"}');
 * ```
 */
export function silu(): Silu {
  return create(siluLayer, {});
}

/** What `silu` means. */
export const siluLayer: Layer<Silu> = {
  type: "silu",
  fields: {},
  shape: (_, input) => input,
  apply: (_, __, x) => activate(x),
};

import { hardSwish as activate } from "../../ops/gates.ts";
import { create } from "../create.ts";
import type { Layer } from "../layer.ts";

/** The spec of {@linkcode hardSwish}. */
export interface HardSwish {
  readonly type: "hardSwish";
}

/**
 * x · min(max(x + 3, 0), 6) / 6 (Howard et al. 2019), of any shape.
 *
 * @example
 * ```ts
 * import { hardSwish } from "./hard_swish.ts";
 * console.assert(JSON.stringify(hardSwish()) === '{"type":"hardSwish"}');
 * ```
 */
export function hardSwish(): HardSwish {
  return create(hardSwishLayer, {});
}

/** What `hardSwish` means. */
export const hardSwishLayer: Layer<HardSwish> = {
  type: "hardSwish",
  fields: {},
  shape: (_, input) => input,
  apply: (_, __, x) => activate(x),
};

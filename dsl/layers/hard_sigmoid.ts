import { hardSigmoid as activate } from "../../ops/gates.ts";
import { create } from "../create.ts";
import type { Layer } from "../layer.ts";

/** The spec of {@linkcode hardSigmoid}. */
export interface HardSigmoid {
  readonly type: "hardSigmoid";
}

/**
 * min(max(x + 3, 0), 6) / 6 (Howard et al. 2019), of any shape.
 *
 * @example
 * ```ts
 * import { hardSigmoid } from "./hard_sigmoid.ts";
 * console.assert(JSON.stringify(hardSigmoid()) === '{"type":"hardSigmoid"}');
 * ```
 */
export function hardSigmoid(): HardSigmoid {
  return create(hardSigmoidLayer, {});
}

/** What `hardSigmoid` means. */
export const hardSigmoidLayer: Layer<HardSigmoid> = {
  type: "hardSigmoid",
  fields: {},
  shape: (_, input) => input,
  apply: (_, __, x) => activate(x),
};

import { relu as rectify } from "../../ops/relu.ts";
import { create } from "../create.ts";
import type { Layer } from "../layer.ts";

/** The spec of {@linkcode relu}. */
export interface Relu {
  readonly type: "relu";
}

/**
 * max(x, 0), of any shape.
 *
 * @example
 * ```ts
 * import { relu } from "./relu.ts";
 * console.assert(JSON.stringify(relu()) === '{"type":"relu"}');
 * ```
 */
export function relu(): Relu {
  return create(reluLayer, {});
}

/** What `relu` means. */
export const reluLayer: Layer<Relu> = {
  type: "relu",
  fields: {},
  shape: (_, input) => input,
  apply: (_, __, x) => rectify(x),
};

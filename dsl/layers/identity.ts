import { create } from "../create.ts";
import type { Layer } from "../layer.ts";

/** The spec of {@linkcode identity}. */
export interface Identity {
  readonly type: "identity";
}

/**
 * x, of any shape: the branch of a `concat` or `multiply` that does nothing, and a residual's usual shortcut.
 *
 * @example
 * ```ts
 * import { concat } from "../combinators/concat.ts";
 * import { conv } from "./conv.ts";
 * import { identity } from "./identity.ts";
 * concat([identity(), conv(32, 3, { padding: 1 })]); // DenseNet's step: what came, and 32 channels more
 * ```
 */
export function identity(): Identity {
  return create(identityLayer, {});
}

/** What `identity` means. */
export const identityLayer: Layer<Identity> = {
  type: "identity",
  fields: {},
  shape: (_, input) => input,
  apply: (_, __, x) => x,
};

import type { Tensor3D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { create } from "../create.ts";
import type { Layer } from "../layer.ts";
import { asTokens } from "../shape_inference.ts";

/** The spec of {@linkcode classToken}. */
export interface ClassToken {
  readonly type: "classToken";
}

/**
 * The first token of a sequence, `[T, C]` → `[C]`: the one that `tokens()` put there, from which the class is read.
 *
 * @example
 * ```ts
 * import { classToken } from "./class_token.ts";
 * import { dense } from "./dense.ts";
 * import { stack } from "../combinators/stack.ts";
 * stack({ pool: classToken(), head: dense(15) });
 * ```
 */
export function classToken(): ClassToken {
  return create(classTokenLayer, {});
}

/** What `classToken` means. */
export const classTokenLayer: Layer<ClassToken> = {
  type: "classToken",
  fields: {},
  shape(_, input, at) {
    const [, channels] = asTokens(input, at);
    return [channels];
  },
  apply(_, __, x) {
    const [batch, , channels] = (x as Tensor3D).shape;
    return tf.reshape(tf.slice(x, [0, 0, 0], [batch, 1, channels]), [batch, channels]);
  },
};

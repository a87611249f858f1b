import type { Tensor3D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { create } from "../create.ts";
import type { Layer } from "../layer.ts";
import { asTokens } from "../shape_inference.ts";

/** The first token of a sequence, `[T, C]` → `[C]`; made by {@linkcode classToken}. */
export interface ClassToken {
  /** The name of the layer. */
  readonly type: "classToken";
}

/**
 * Takes the first token of a sequence, `[T, C]` → `[C]`: the class token that `tokens()` put there.
 *
 * @example
 * ```ts
 * import { classToken, dense, stack } from "@thorax/thorax";
 * stack({ pool: classToken(), head: dense(15) });
 * ```
 */
export function classToken(): ClassToken {
  return create(classTokenLayer, {});
}

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

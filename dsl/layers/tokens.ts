import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { like } from "../../ops/precision.ts";
import { create } from "../create.ts";
import { type Initializer, initializer, normal, truncatedNormal } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { asImage } from "../shape_inference.ts";

/** The spec of {@linkcode tokens}. */
export interface Tokens {
  readonly type: "tokens";
  readonly classInit: Initializer;
  readonly positionInit: Initializer;
}

/** Options of {@linkcode tokens}. */
export interface TokensOptions {
  /** The initializer of the class token; default N(0, 1e-6²), timm's own. */
  readonly classInit?: Initializer;
  /** The initializer of the position embedding; default a truncated N(0, 0.02²), timm's own. */
  readonly positionInit?: Initializer;
}

/**
 * An image as a sequence for a transformer (Dosovitskiy et al. 2021), `[H, W, C]` → `[1 + H·W, C]`: the class token, and the pixels
 * row by row, each with the embedding of its position added. Parameters: `classToken` `[C]`, `positionEmbedding` `[1 + H·W, C]`.
 *
 * @example
 * ```ts
 * import { patchEmbedding } from "./patch_embedding.ts";
 * import { stack } from "../combinators/stack.ts";
 * import { tokens } from "./tokens.ts";
 * stack({ patches: patchEmbedding(192, 16), tokens: tokens() });
 * ```
 */
export function tokens(options: TokensOptions = {}): Tokens {
  return create(tokensLayer, options);
}

/** What `tokens` means. */
export const tokensLayer: Layer<Tokens> = {
  type: "tokens",
  fields: {
    classInit: initializer(normal({ std: 1e-6 })),
    positionInit: initializer(truncatedNormal({ std: 0.02 })),
  },
  shape(_, input, at) {
    const [height, width, channels] = asImage(input, at);
    return [1 + height * width, channels];
  },
  parameters: ({ classInit, positionInit }, [height, width, channels]) => ({
    classToken: { shape: [channels], init: classInit },
    positionEmbedding: { shape: [1 + height * width, channels], init: positionInit },
  }),
  apply(_, { classToken, positionEmbedding }, x) {
    const [batch, height, width, channels] = (x as Tensor4D).shape;
    const first = tf.broadcastTo(like(classToken, x), [batch, 1, channels]);
    const sequence = tf.concat([first, tf.reshape(x, [batch, height * width, channels])], 1);
    return tf.add(sequence, like(positionEmbedding, x));
  },
};

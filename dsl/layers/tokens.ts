import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { castLike } from "../../ops/precision.ts";
import { create } from "../create.ts";
import { type Initializer, initializer, normal, truncatedNormal } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { asImage } from "../shape_inference.ts";

/** An image as a sequence of tokens, `[H, W, C]` → `[1 + H·W, C]`; made by {@linkcode tokens}. */
export interface Tokens {
  /** The name of the layer. */
  readonly type: "tokens";
  /** How the class token's first values are drawn. */
  readonly classInit: Initializer;
  /** How the position embedding's first values are drawn. */
  readonly positionInit: Initializer;
}

/** Options of {@linkcode tokens}. */
export interface TokensOptions {
  /** The initializer of the class token; default N(0, 1e-6²), as in timm. */
  readonly classInit?: Initializer;
  /** The initializer of the position embedding; default a truncated N(0, 0.02²), as in timm. */
  readonly positionInit?: Initializer;
}

/**
 * Turns an image into a sequence for a transformer (Dosovitskiy et al. 2021), `[H, W, C]` → `[1 + H·W, C]`: the class
 * token and then the pixels row by row, with a learned embedding of each position added. Parameters: `classToken`
 * `[C]`, `positionEmbedding` `[1 + H·W, C]`.
 *
 * @example
 * ```ts
 * import { patchEmbedding, stack, tokens } from "@thorax/thorax";
 * stack({ patches: patchEmbedding(192, 16), tokens: tokens() });
 * ```
 */
export function tokens(options: TokensOptions = {}): Tokens {
  return create(tokensLayer, options);
}

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
    const first = tf.broadcastTo(castLike(classToken, x), [batch, 1, channels]);
    const sequence = tf.concat([first, tf.reshape(x, [batch, height * width, channels])], 1);
    return tf.add(sequence, castLike(positionEmbedding, x));
  },
};

import { attention } from "../dsl/layers/attention.ts";
import { classToken } from "../dsl/layers/class_token.ts";
import { dense } from "../dsl/layers/dense.ts";
import { dropout } from "../dsl/layers/dropout.ts";
import { gelu } from "../dsl/layers/activations.ts";
import { truncatedNormal, zeros } from "../dsl/initializers.ts";
import { layerNorm } from "../dsl/layers/layer_norm.ts";
import { layerScale } from "../dsl/layers/layer_scale.ts";
import { patchEmbedding } from "../dsl/layers/patch_embedding.ts";
import { repeat } from "../dsl/combinators/repeat.ts";
import { residual } from "../dsl/combinators/residual.ts";
import { stack } from "../dsl/combinators/stack.ts";
import { tokens } from "../dsl/layers/tokens.ts";
import type { Builder, Family } from "./builder.ts";

interface Variant {
  /** Side of the patches, in pixels. */
  readonly patch: number;
  /** Channels of a token. */
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  /** Whether each branch ends in a layer scale. */
  readonly scaled?: boolean;
}

/** First weights as timm has them. */
const init = truncatedNormal({ std: 0.02 }), biasInit = zeros;

const norm = () => layerNorm({ epsilon: 1e-6 });

/** The two branches of an encoder block (Dosovitskiy et al. 2021, equations 2 and 3), the norm before each. */
const block = ({ width, heads, scaled }: Variant) =>
  stack({
    attention: residual(stack({
      norm1: norm(),
      attn: attention({ heads, init, biasInit }),
      ...(scaled && { ls1: layerScale() }),
    })),
    feedforward: residual(stack({
      norm2: norm(),
      mlp: stack({
        fc1: dense(4 * width, { init, biasInit }),
        act: gelu(),
        fc2: dense(width, { init, biasInit }),
      }),
      ...(scaled && { ls2: layerScale() }),
    })),
  });

/** The norm at the end stands after the class token is taken out: it is each token's own, and only that one is read. */
const vit = (variant: Variant): Builder => ({ numClasses, dropout: rate = 0 }) =>
  stack({
    patch_embed: patchEmbedding(variant.width, variant.patch),
    tokens: tokens(),
    blocks: repeat(variant.depth, block(variant)),
    pool: classToken(),
    norm: norm(),
    ...(rate > 0 && { dropout: dropout(rate) }),
    head: dense(numClasses, { init, biasInit }),
  });

const tiny: Variant = { patch: 16, width: 192, depth: 12, heads: 3 };
const base: Variant = { patch: 16, width: 768, depth: 12, heads: 12 };

/**
 * Vision transformers by timm's names, of any image size that the patch divides: Dosovitskiy et al. 2021, table 1, and the two
 * smaller of Touvron et al. 2021 (DeiT), table 1. 86,567,656 parameters in ViT-B/16 with 3 channels, 1000 classes and 224² pixels.
 * The last is DINOv2's shape (Oquab et al. 2023), which RAD-DINO has too: trained at 518², 37² patches.
 */
export const vits: Family = {
  paper: {
    authors: "Dosovitskiy et al.",
    title: "An image is worth 16×16 words: transformers for image recognition at scale",
    year: 2021,
  },
  models: {
    vit_tiny_patch16_224: vit(tiny),
    vit_small_patch16_224: vit({ ...tiny, width: 384, heads: 6 }),
    vit_base_patch16_224: vit(base),
    vit_pt: vit(tiny),
    vit_base_patch14_dinov2: vit({ ...base, patch: 14, scaled: true }),
  },
};

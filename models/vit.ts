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
import type { Builder, Family, Paper } from "./builder.ts";
import { dinov2Names, vitNames } from "./vit_names.ts";

interface Config {
  /** The side of the patches, in pixels. */
  readonly patch: number;
  /** The channels of a token. */
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  /** Whether each branch ends in a layer scale. */
  readonly scaled?: boolean;
}

/** timm's first weights. */
const init = truncatedNormal({ std: 0.02 }), biasInit = zeros;

const norm = () => layerNorm({ epsilon: 1e-6 });

/** An encoder block (Dosovitskiy et al. 2021, equations 2 and 3): two branches, each of which begins with a norm. */
const block = ({ width, heads, scaled }: Config) =>
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

/**
 * Builds a vision transformer. Its last norm is after the class token is taken out, as it is each token's own and only
 * that token is read.
 */
const vit = (variant: Config): Builder => ({ numClasses, dropout: rate = 0 }) =>
  stack({
    patch_embed: patchEmbedding(variant.width, variant.patch),
    tokens: tokens(),
    blocks: repeat(variant.depth, block(variant)),
    pool: classToken(),
    norm: norm(),
    ...(rate > 0 && { dropout: dropout(rate) }),
    head: dense(numClasses, { init, biasInit }),
  });

const tiny: Config = { patch: 16, width: 192, depth: 12, heads: 3 };
const base: Config = { patch: 16, width: 768, depth: 12, heads: 12 };

const paper: Paper = {
  authors: "Dosovitskiy et al.",
  title: "An image is worth 16×16 words: transformers for image recognition at scale",
  year: 2021,
};

/**
 * Vision transformers by timm's names, for any image size that the patch divides: table 1 of Dosovitskiy et al. 2021,
 * and the two smaller models in table 1 of Touvron et al. 2021 (DeiT). `vit_pt` is the document's name for the
 * smallest.
 */
export const vits: Family = {
  name: "ViT",
  paper,
  inputSize: 224,
  models: {
    vit_tiny_patch16_224: { build: vit(tiny), parameters: 5_717_416, multiplyAdds: 1.254e9 },
    vit_small_patch16_224: {
      build: vit({ ...tiny, width: 384, heads: 6 }),
      parameters: 22_050_664,
      multiplyAdds: 4.599e9,
    },
    vit_base_patch16_224: { build: vit(base), parameters: 86_567_656, multiplyAdds: 17.564e9 },
    vit_pt: { build: vit(tiny), parameters: 5_717_416, multiplyAdds: 1.254e9 },
  },
  weightNames: vitNames,
};

/** The vision transformer of DINOv2 (Oquab et al. 2023), and of RAD-DINO, at 37×37 patches. */
export const dinov2s: Family = {
  name: "DINOv2",
  paper,
  inputSize: 518,
  models: {
    vit_base_patch14_dinov2: {
      build: vit({ ...base, patch: 14, scaled: true }),
      parameters: 87_348_712,
      multiplyAdds: 151.574e9,
    },
  },
  weightNames: dinov2Names,
};

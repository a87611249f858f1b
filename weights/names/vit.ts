import type { Family, Naming } from "./naming.ts";

/** A batch's axis stands before what all images share. */
const shapes: Naming["shapes"] = {
  "/classToken": ([channels]) => [1, 1, channels],
  "/positionEmbedding": ([tokens, channels]) => [1, tokens, channels],
};

const timm: Naming = {
  shapes,
  rules: {
    "patch_embed/": "patch_embed/proj/",
    "tokens/classToken": "cls_token",
    "tokens/positionEmbedding": "pos_embed",
    "/attention/body/": "/",
    "/feedforward/body/": "/",
    "/ls1/scale": "/ls1/gamma",
    "/ls2/scale": "/ls2/gamma",
  },
  input: { mean: [0.5], std: [0.5] },
};

/** VisionTransformer of torchvision 0.12 and later. */
const torchvision: Naming = {
  shapes,
  rules: {
    "patch_embed/": "conv_proj/",
    "tokens/classToken": "class_token",
    "tokens/positionEmbedding": "encoder/pos_embedding",
    "blocks/": "encoder/layers/encoder_layer_",
    "/attention/body/norm1/": "/ln_1/",
    "/attention/body/attn/qkv/kernel": "/self_attention/in_proj_weight",
    "/attention/body/attn/qkv/bias": "/self_attention/in_proj_bias",
    "/attention/body/attn/proj/": "/self_attention/out_proj/",
    "/feedforward/body/norm2/": "/ln_2/",
    "/feedforward/body/mlp/fc1/": "/mlp/0/",
    "/feedforward/body/mlp/fc2/": "/mlp/3/",
    "norm/": "encoder/ln/",
    "head/": "heads/head/",
  },
};

/** Dinov2Model of transformers, which RAD-DINO is too. */
const huggingface: Naming = {
  shapes,
  rules: {
    "patch_embed/": "embeddings/patch_embeddings/projection/",
    "tokens/classToken": "embeddings/cls_token",
    "tokens/positionEmbedding": "embeddings/position_embeddings",
    "blocks/": "encoder/layer/",
    "/attention/body/attn/qkv/": "/attention/attention/{query,key,value}/",
    "/attention/body/attn/proj/": "/attention/output/dense/",
    "/attention/body/ls1/scale": "/layer_scale1/lambda1",
    "/feedforward/body/ls2/scale": "/layer_scale2/lambda1",
    "/attention/body/": "/",
    "/feedforward/body/": "/",
    "norm/": "layernorm/",
    "head/": "classifier/",
  },
};

/** timm's published weights without a word to the contrary are those of "How to train your ViT?", in [−1, 1]. */
export const vit: Family = { timm, torchvision, document: timm };

/** The ViT that DINOv2 and RAD-DINO are. */
export const dinov2: Family = { timm: { ...timm, input: undefined }, huggingface };

import type { Model } from "../dsl/compile/compile.ts";
import { leaves } from "../dsl/compile/tree.ts";
import type { Naming, Settings, WeightNames } from "../weights/names/naming.ts";

/** The libraries have an axis for the batch in what all images share. */
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
  normalization: { mean: [0.5], std: [0.5] },
};

/** Names of torchvision's VisionTransformer, from version 0.12 on. */
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

/**
 * The rules that all vision transformers of transformers have in common, as `save_pretrained` of versions 4 and 5
 * writes them.
 */
const huggingfaceRules: Naming["rules"] = {
  "patch_embed/": "embeddings/patch_embeddings/projection/",
  "tokens/classToken": "embeddings/cls_token",
  "tokens/positionEmbedding": "embeddings/position_embeddings",
  "blocks/": "encoder/layer/",
  "/attention/body/attn/qkv/": "/attention/attention/{query,key,value}/",
  "/attention/body/attn/proj/": "/attention/output/dense/",
  "norm/": "layernorm/",
  "head/": "classifier/",
};

/** The names of `state_dict()` in transformers 5, whose `save_pretrained` still writes the others. */
const projections = {
  "/attention/attention/{query,key,value}/": "/attention/{q_proj,k_proj,v_proj}/",
  "/attention/output/dense/": "/attention/o_proj/",
};

const note = "in the form of state_dict() of transformers 5";

/** Settings that the shapes do not show, the number of heads among them. */
function huggingfaceSettings({ tree }: Model): Settings {
  const spec = leaves(tree).find(({ type }) => type === "attention")?.spec;
  return { hidden_act: "gelu", ...(spec && "heads" in spec && { num_attention_heads: spec.heads }) };
}

/**
 * Names of transformers' ViTForImageClassification. ViTModel has one more layer on its class token, which a classifier
 * does not use.
 */
const huggingfaceVit: Naming = {
  base: "vit.",
  shapes,
  rules: {
    ...huggingfaceRules,
    "/attention/body/norm1/": "/layernorm_before/",
    "/feedforward/body/norm2/": "/layernorm_after/",
    "/feedforward/body/mlp/fc1/": "/intermediate/dense/",
    "/feedforward/body/mlp/fc2/": "/output/dense/",
  },
  variant: {
    rules: {
      ...projections,
      "encoder/layer/": "layers/",
      "/intermediate/dense/": "/mlp/fc1/",
      "/output/dense/": "/mlp/fc2/",
    },
    note,
  },
  unused: ["pooler.dense.weight", "pooler.dense.bias"],
  settings: huggingfaceSettings,
  epsilon: { norms: "its layer norms", ours: 1e-6, theirs: 1e-12 },
  normalization: { mean: [0.5], std: [0.5] },
};

/** Names of transformers' Dinov2Model, which RAD-DINO is too. */
const huggingfaceDinov2: Naming = {
  shapes,
  rules: {
    ...huggingfaceRules,
    "/attention/body/ls1/scale": "/layer_scale1/lambda1",
    "/feedforward/body/ls2/scale": "/layer_scale2/lambda1",
    "/attention/body/": "/",
    "/feedforward/body/": "/",
  },
  variant: { rules: projections, note },
  settings: huggingfaceSettings,
  epsilon: { norms: "its layer norms", ours: 1e-6, theirs: 1e-6 },
};

/**
 * The names for ViT. timm's published weights are mostly those of "How to train your ViT?", whose films are in [−1, 1].
 */
export const vitNames: WeightNames = { timm, torchvision, huggingface: huggingfaceVit, document: timm };

/** The names for the ViT of DINOv2 and RAD-DINO. */
export const dinov2Names: WeightNames = { timm: { ...timm, normalization: undefined }, huggingface: huggingfaceDinov2 };

import type { Model } from "../../dsl/compile/compile.ts";
import { leaves } from "../../dsl/compile/tree.ts";
import type { Family, Naming, Settings } from "./naming.ts";

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

/** What the vision transformers of transformers have in common, `save_pretrained` as of 4 and 5. */
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

/** What `state_dict()` of transformers 5 says in their place; its `save_pretrained` goes on writing the first ones. */
const projections = {
  "/attention/attention/{query,key,value}/": "/attention/{q_proj,k_proj,v_proj}/",
  "/attention/output/dense/": "/attention/o_proj/",
};

const remark = "in the form of state_dict() of transformers 5";

/** The heads are no part of any shape. */
function huggingfaceSettings({ tree }: Model): Settings {
  const spec = leaves(tree).find(({ type }) => type === "attention")?.spec;
  return { hidden_act: "gelu", ...(spec && "heads" in spec && { num_attention_heads: spec.heads }) };
}

/** ViTForImageClassification of transformers. ViTModel has a layer more on its class token, which no classifier asks for. */
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
    remark,
  },
  spare: ["pooler.dense.weight", "pooler.dense.bias"],
  settings: huggingfaceSettings,
  epsilon: { norms: "its layer norms", ours: 1e-6, theirs: 1e-12 },
  input: { mean: [0.5], std: [0.5] },
};

/** Dinov2Model of transformers, which RAD-DINO is too. */
const huggingfaceDinov2: Naming = {
  shapes,
  rules: {
    ...huggingfaceRules,
    "/attention/body/ls1/scale": "/layer_scale1/lambda1",
    "/feedforward/body/ls2/scale": "/layer_scale2/lambda1",
    "/attention/body/": "/",
    "/feedforward/body/": "/",
  },
  variant: { rules: projections, remark },
  settings: huggingfaceSettings,
  epsilon: { norms: "its layer norms", ours: 1e-6, theirs: 1e-6 },
};

/** timm's published weights without a word to the contrary are those of "How to train your ViT?", in [−1, 1]. */
export const vit: Family = { timm, torchvision, huggingface: huggingfaceVit, document: timm };

/** The ViT that DINOv2 and RAD-DINO are. */
export const dinov2: Family = { timm: { ...timm, input: undefined }, huggingface: huggingfaceDinov2 };

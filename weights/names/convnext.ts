import type { Family, Naming } from "./naming.ts";

/** The 1×1 convolutions are dense layers of each pixel. */
const shapes: Naming["shapes"] = {
  "/expand/kernel": ([units, inputs]) => [units, inputs],
  "/project/kernel": ([units, inputs]) => [units, inputs],
};

/** ConvNextForImageClassification of transformers. */
const huggingface: Naming = {
  base: "convnext.",
  rules: {
    "features/0/0/": "embeddings/patch_embeddings/",
    "features/0/1/": "embeddings/layernorm/",
    ...Object.fromEntries(
      [0, 1, 2, 3].map((stage) => [`features/${2 * stage + 1}/`, `encoder/stages/${stage}/layers/`]),
    ),
    ...Object.fromEntries(
      [1, 2, 3].map((stage) => [`features/${2 * stage}/`, `encoder/stages/${stage}/downsampling_layer/`]),
    ),
    "/body/block/depthwise/": "/dwconv/",
    "/body/block/norm/": "/layernorm/",
    "/body/block/expand/": "/pwconv1/",
    "/body/block/project/": "/pwconv2/",
    "/body/layer_scale/scale": "/layer_scale_parameter",
    "classifier/norm/": "layernorm/",
    "classifier/fc/": "classifier/",
  },
  shapes,
  settings: () => ({ hidden_act: "gelu" }),
  epsilon: { norms: "its last layer norm", ours: 1e-6, theirs: 1e-12 },
};

export const convnext: Family = {
  torchvision: {
    rules: {
      "/body/": "/",
      "/block/depthwise/": "/block/0/",
      "/block/norm/": "/block/2/",
      "/block/expand/": "/block/3/",
      "/block/project/": "/block/5/",
      "/layer_scale/scale": "/layer_scale",
      "classifier/norm/": "classifier/0/",
      "classifier/fc/": "classifier/2/",
    },
    shapes: { ...shapes, "/layer_scale/scale": ([channels]) => [channels, 1, 1] },
  },
  timm: {
    rules: {
      "features/0/": "stem/",
      ...Object.fromEntries([0, 1, 2, 3].map((stage) => [`features/${2 * stage + 1}/`, `stages/${stage}/blocks/`])),
      ...Object.fromEntries([1, 2, 3].map((stage) => [`features/${2 * stage}/`, `stages/${stage}/downsample/`])),
      "/body/block/depthwise/": "/conv_dw/",
      "/body/block/norm/": "/norm/",
      "/body/block/expand/": "/mlp/fc1/",
      "/body/block/project/": "/mlp/fc2/",
      "/body/layer_scale/scale": "/gamma",
      "classifier/": "head/",
    },
    shapes,
  },
  huggingface,
};

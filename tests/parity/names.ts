/** The names that PyTorch's torchvision and timm give to the parameters of this project's models. */

/** What a family writes differently, from a path's point of view; all else is `/` for `.`. */
const families = {
  alexnet: {},
  vgg: {},
  densenet: { "/body/": "/" },
  mobilenet: { "/block/body/": "/block/", "/gate/": "/" },
  efficientnet: { "/block/body/": "/block/", "/gate/": "/" },
  convnext: {
    "/body/": "/",
    "/block/depthwise/": "/block/0/",
    "/block/norm/": "/block/2/",
    "/block/expand/": "/block/3/",
    "/block/project/": "/block/5/",
    "/layer_scale/scale": "/layer_scale",
    "classifier/norm/": "classifier/0/",
    "classifier/fc/": "classifier/2/",
  },
  resnet: {
    "/block/body/": "/",
    "/block/shortcut/conv/": "/downsample/0/",
    "/block/shortcut/bn/": "/downsample/1/",
  },
  vit: {
    "patch_embed/": "patch_embed/proj/",
    "tokens/classToken": "cls_token",
    "tokens/positionEmbedding": "pos_embed",
    "/attention/body/": "/",
    "/feedforward/body/": "/",
    "/ls1/scale": "/ls1/gamma",
    "/ls2/scale": "/ls2/gamma",
  },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

/** The last part of a path, by what it is. */
const leaves: Readonly<Record<string, string>> = {
  kernel: "weight",
  bias: "bias",
  scale: "weight",
  offset: "bias",
  mean: "running_mean",
  variance: "running_var",
};

/** `torchName("resnet18", "layer2/0/block/shortcut/bn/mean")` is `layer2.0.downsample.1.running_mean`. */
export function torchName(model: string, path: string): string {
  const renamed = Object.entries(rulesOf(model)).reduce((name, [ours, theirs]) => name.replace(ours, theirs), path);
  const parts = renamed.split("/"), leaf = parts.pop() ?? "";
  return [...parts, leaves[leaf] ?? leaf].join(".");
}

function rulesOf(model: string): Readonly<Record<string, string>> {
  for (const [family, rules] of Object.entries(families)) if (model.startsWith(family)) return rules;
  throw new RangeError(`no torchvision names for ${model}`);
}

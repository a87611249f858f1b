import type { Family, Naming } from "./naming.ts";
import { torchxrayvision } from "./torchxrayvision.ts";

const torchvision: Naming = {
  rules: {
    "/block/body/": "/",
    "/block/shortcut/conv/": "/downsample/0/",
    "/block/shortcut/bn/": "/downsample/1/",
  },
};

/** MONAI's projections have a bias, unless they are built with `bias_downsample=False`; then its names are torchvision's. */
const monai: Naming = {
  ...torchvision,
  biases: { "/shortcut/bn/mean": (name) => name.replace(/1\.running_mean$/, "0.bias") },
  doubt: "its first convolution has a stride of 1 in MONAI, unless it is built with conv1_t_stride=2, and of 2 here",
};

/** ResNetForImageClassification of transformers: the convolutions of a block are a list, and so are the blocks of a stage. */
const huggingface: Naming = {
  base: "resnet.",
  rules: {
    "conv1/": "embedder/embedder/convolution/",
    "bn1/": "embedder/embedder/normalization/",
    ...Object.fromEntries([1, 2, 3, 4].map((stage) => [`layer${stage}/`, `encoder/stages/${stage - 1}/layers/`])),
    ...Object.fromEntries([1, 2, 3].flatMap((index) => [
      [`/block/body/conv${index}/`, `/layer/${index - 1}/convolution/`],
      [`/block/body/bn${index}/`, `/layer/${index - 1}/normalization/`],
    ])),
    "/block/shortcut/conv/": "/shortcut/convolution/",
    "/block/shortcut/bn/": "/shortcut/normalization/",
    "fc/": "classifier/1/",
  },
  settings: () => ({ hidden_act: "relu", downsample_in_first_stage: false, downsample_in_bottleneck: false }),
};

/** timm's names are torchvision's. */
export const resnet: Family = {
  torchvision,
  timm: torchvision,
  torchxrayvision: torchxrayvision(torchvision, ["NIH ChestX-ray14", "PadChest", "RSNA", "SIIM", "VinBigData"]),
  huggingface,
  monai,
  document: torchvision,
};

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

/** timm's names are torchvision's. */
export const resnet: Family = {
  torchvision,
  timm: torchvision,
  torchxrayvision: torchxrayvision(torchvision, ["NIH ChestX-ray14", "PadChest", "RSNA", "SIIM", "VinBigData"]),
  monai,
  document: torchvision,
};
